import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EngineStatus } from '@forge-ml/core/plugin';
import type { Node, Value } from '@forge-ml/onnx/graph';
import type { StateHome } from '../model/state-home.js';
import { withoutTrainingBatchNorm } from './webgpu-unsupported.js';

/** An execution provider of ONNX Runtime. */
export interface EngineDefinition {
  /** The value of `--engine`, which is also ONNX Runtime's name for it. */
  readonly name: string;
  readonly device: string;
  /** Checks whether it could be used, without starting anything. */
  status(): EngineStatus;
  /** How to make it usable. */
  readonly remedy: string;
  readonly stateHome: StateHome;
  /** ONNX Runtime's name for the memory of the device, where the native binding keeps the state between runs. */
  readonly deviceMemory?: string;
  /** Replaces nodes that it has no working kernel for. */
  rewrite?(node: Node): readonly Value[] | undefined;
}

const require = createRequire(import.meta.url);

const installCuda =
  'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node (Linux x64, with CUDA 12 and cuDNN 9 installed)';

const cuda: EngineDefinition = {
  name: 'cuda',
  device: 'gpu',
  remedy: installCuda,
  stateHome: 'tensors',
  deviceMemory: 'Cuda',
  status() {
    const found = nativeFiles().some((file) => file.includes('onnxruntime_providers_cuda'));
    return found
      ? { name: 'cuda', usable: true, detail: 'an NVIDIA GPU, through the CUDA libraries of onnxruntime-node' }
      : {
          name: 'cuda',
          usable: false,
          detail: 'onnxruntime-node was installed without its CUDA libraries',
          remedy: installCuda,
        };
  },
};

const findGpu = "Install a Vulkan driver for the GPU (Mesa, or the vendor's), and allow this user to use /dev/dri.";

const webgpu: EngineDefinition = {
  name: 'webgpu',
  device: 'gpu',
  remedy: findGpu,
  stateHome: 'device',
  rewrite: withoutTrainingBatchNorm,
  status() {
    const hidden = process.platform === 'linux' && !existsSync('/dev/dri') && process.env.VK_DRIVER_FILES === undefined;
    return hidden
      ? { name: 'webgpu', usable: false, detail: 'there is no GPU at /dev/dri', remedy: findGpu }
      : { name: 'webgpu', usable: true, detail: 'the GPU, through WebGPU' };
  },
};

const cpu: EngineDefinition = {
  name: 'cpu',
  device: 'cpu',
  remedy: 'npm install onnxruntime-node',
  stateHome: 'memory',
  status: () => ({ name: 'cpu', usable: true, detail: `ONNX Runtime ${onnxRuntimeVersion()} on the CPU` }),
};

/** Every engine, in order of preference. */
export const engineDefinitions: readonly EngineDefinition[] = [cuda, webgpu, cpu];

export function onnxRuntimeVersion(): string {
  return require('onnxruntime-node/package.json').version;
}

export function packageVersion(): string {
  return require('@forge-ml/backend-onnx/package.json').version;
}

/** The names of the native libraries that onnxruntime-node has for this machine. */
function nativeFiles(): string[] {
  const bin = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin');
  const folders = existsSync(bin) ? readdirSync(bin) : [];
  return folders.flatMap((version) => {
    const folder = join(bin, version, process.platform, process.arch);
    return existsSync(folder) ? readdirSync(folder) : [];
  });
}
