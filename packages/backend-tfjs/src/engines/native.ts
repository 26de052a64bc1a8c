import { threadLimit, threadsOf } from '@forge-ml/core/node';
import { type EngineStatus, ForgeError } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';
import { gpuWarnings, packageVersion, startBackend } from './embedded.js';
import type { EngineDefinition } from './engine-definition.js';
import { absent, explainFailure, type Failure, notBuilt } from './native-failure.js';
import { findNativePackage } from './native-package.js';
import { restoreRemovedUtilities } from './node-shim.js';

/** What the native packages add to a TensorFlow.js backend. */
interface NativeBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** An engine from a package of native TensorFlow, which the user's project installs. */
function nativeEngine(name: string, packageName: string, forGpu: boolean): EngineDefinition {
  const unusable = ({ reason, remedy }: Failure): EngineStatus => ({ name, usable: false, detail: reason, remedy });
  return {
    name,
    status({ searchFrom }) {
      const found = findNativePackage(packageName, searchFrom);
      if (found === undefined) return unusable(absent(packageName));
      if (!found.built) return unusable(notBuilt(packageName));
      const device = forGpu ? 'a GPU where CUDA finds one, else the CPU' : 'the CPU';
      return { name, usable: true, detail: `native TensorFlow on ${device} (${packageName} ${found.version})` };
    },
    async start({ searchFrom, gpu }) {
      const found = findNativePackage(packageName, searchFrom);
      if (found === undefined) throw engineUnusable(name, absent(packageName));
      prepareEnvironment(forGpu ? gpu : undefined);
      let tf: Tf;
      try {
        tf = found.require(packageName);
      } catch (error) {
        throw engineUnusable(name, explainFailure(packageName, error), error);
      }
      tf.enableProdMode();
      await startBackend(tf, name, 'tensorflow');
      const backend = tf.backend() as unknown as NativeBackend;
      if (backend.isGPUPackage !== forGpu) throw engineUnusable(name, taken(packageName));
      const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
      return {
        tf,
        tfBackend: 'tensorflow',
        info: {
          backend: 'tfjs',
          engine: name,
          device,
          versions: {
            [packageName]: found.version,
            '@tensorflow/tfjs': tf.version.tfjs,
            libtensorflow: backend.binding.TF_Version,
            ...packageVersion(),
          },
          settings: bitSettings(),
          warnings: forGpu ? noGpuWarnings(packageName, device) : gpuWarnings(name, gpu),
        },
      };
    },
  };
}

function engineUnusable(name: string, { reason, remedy }: Failure, cause?: unknown): ForgeError {
  const hint = `Run \`${remedy}\`, or choose another engine.`;
  return new ForgeError('ENGINE_UNUSABLE', `The engine ${name} cannot be used: ${reason}.`, {
    about: name,
    hint,
    cause,
  });
}

/** Both packages register the same backend with TensorFlow.js: the first that is loaded keeps it. */
const taken = (packageName: string): Failure => ({
  reason: `a native package other than ${packageName} is already loaded in this process`,
  remedy: 'forge backends',
});

/** Sets what TensorFlow reads from the environment when it is loaded. */
function prepareEnvironment(gpu: string | undefined): void {
  restoreRemovedUtilities();
  // Errors only, without pages of notes on the build of TensorFlow.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const threads = threadsOf('FORGE_THREADS');
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  if (gpu !== undefined) process.env.CUDA_VISIBLE_DEVICES = gpu;
}

/** Thread count and oneDNN determine the order in which TensorFlow sums numbers. */
function bitSettings(): Record<string, string | number> {
  return {
    TF_NUM_INTRAOP_THREADS: process.env.TF_NUM_INTRAOP_THREADS ?? threadLimit(),
    TF_ENABLE_ONEDNN_OPTS: process.env.TF_ENABLE_ONEDNN_OPTS ?? 'default',
  };
}

function noGpuWarnings(packageName: string, device: string): string[] {
  return device === 'gpu' ? [] : [`${packageName} found no usable GPU and runs on the CPU.`];
}

/** Native TensorFlow on the CPU. */
export const node = nativeEngine('node', '@tensorflow/tfjs-node', false);

/** Native TensorFlow on an NVIDIA GPU. */
export const nodeGpu = nativeEngine('node-gpu', '@tensorflow/tfjs-node-gpu', true);
