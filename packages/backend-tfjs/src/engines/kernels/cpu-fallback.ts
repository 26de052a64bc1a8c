import type { KernelBackend, KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../tf.js';

type Values = Parameters<BackendWasm['write']>[0];
interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: TensorInfo['dtype'], values: Values): TensorInfo;
}
type Inputs = Readonly<Record<string, TensorInfo | readonly TensorInfo[] | null | undefined>>;
type Call = { inputs: Inputs; attrs: object; backend: BackendWasm };

/**
 * A wasm kernel that runs the cpu engine's kernel of the same name on copies. Slow, but right, for what the wasm
 * module lacks. Inputs may be lists or absent; whatever is made on the cpu side is freed again.
 */
export function cpuFallback(tf: Tf, cpuKernel: KernelConfig): KernelConfig {
  const kernel = cpuKernel.kernelFunc as unknown as (call: {
    inputs: Inputs;
    attrs: object;
    backend: CpuBackend;
  }) => TensorInfo | TensorInfo[];

  const run = ({ inputs, attrs, backend }: Call): TensorInfo | TensorInfo[] => {
    const cpu = tf.findBackend('cpu') as CpuBackend;
    const copies: TensorInfo[] = [];
    const copyIn = (x: TensorInfo): TensorInfo => {
      const copy = cpu.makeTensorInfo(x.shape, x.dtype, backend.readSync(x.dataId));
      copies.push(copy);
      return copy;
    };
    const copyOut = (x: TensorInfo): TensorInfo => {
      const values = cpu.readSync(x.dataId);
      const output = backend.makeOutput(x.shape, x.dtype, undefined, values);
      // A few cpu kernels return a tensor that the engine tracks, not a bare info.
      if ('dispose' in x && typeof x.dispose === 'function') x.dispose();
      else cpu.disposeData(x.dataId);
      return output;
    };
    try {
      const cpuInputs: Record<string, Inputs[string]> = {};
      for (const [name, input] of Object.entries(inputs)) {
        if (input === null || input === undefined) cpuInputs[name] = input;
        else cpuInputs[name] = 'dataId' in input ? copyIn(input) : input.map(copyIn);
      }
      const output = kernel({ inputs: cpuInputs, attrs, backend: cpu });
      return Array.isArray(output) ? output.map(copyOut) : copyOut(output);
    } finally {
      for (const copy of copies) cpu.disposeData(copy.dataId);
    }
  };
  return { kernelName: cpuKernel.kernelName, backendName: 'wasm', kernelFunc: run as unknown as KernelFunc };
}
