import type { KernelBackend, KernelConfig, KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../tf/tf.js';

/**
 * A wasm kernel that runs the cpu engine's kernel of the same name on copies. Slow but correct, for kernels that the
 * wasm module lacks. Inputs may be lists or absent; everything allocated on the cpu side is freed.
 */
export function cpuFallback(tf: Tf, { kernelName, kernelFunc }: KernelConfig): KernelConfig {
  const kernel = kernelFunc as unknown as AnyKernel<CpuBackend>;
  const run: AnyKernel<BackendWasm> = ({ inputs, attrs, backend }) => {
    const cpu = tf.findBackend('cpu') as CpuBackend;
    const copies: Tensor[] = [];
    const copyIn = (x: TensorInfo): Tensor => {
      const info =
        x.dtype === 'complex64'
          ? complexOnCpu(tf, cpu, backend, x)
          : cpu.makeTensorInfo(x.shape, x.dtype, backend.readSync(x.dataId));
      // A tensor and not its bare info: some kernels read its rank.
      const copy = tf.engine().makeTensorFromTensorInfo(info, cpu);
      copies.push(copy);
      return copy;
    };
    const copyInput = (input: Input): Input => {
      if (input === null || input === undefined) return input;
      return 'dataId' in input ? copyIn(input) : input.map(copyIn);
    };
    try {
      const cpuInputs = Array.isArray(inputs)
        ? inputs.map(copyIn)
        : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, copyInput(input)]));
      const output = kernel({ inputs: cpuInputs, attrs, backend: cpu });
      return Array.isArray(output) ? output.map((x) => moveOut(cpu, backend, x)) : moveOut(cpu, backend, output);
    } finally {
      tf.dispose(copies);
    }
  };
  return { kernelName, backendName: 'wasm', kernelFunc: run as unknown as KernelFunc };
}

/**
 * The wasm module can hold complex numbers (real and imaginary parts in turn), but its read function does not support
 * them.
 */
function complexOnCpu(tf: Tf, cpu: CpuBackend, backend: BackendWasm, x: TensorInfo): TensorInfo {
  const parts = { ...x, dtype: 'float32' as const, shape: [...x.shape, 2] };
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(backend.typedArrayFromHeap(parts) as Float32Array);
  const part = (values: Float32Array) => cpu.makeTensorInfo(x.shape, 'float32', values);
  const inputs = { real: part(real), imag: part(imag) };
  const complex = tf.getKernel('Complex', 'cpu').kernelFunc as unknown as AnyKernel<CpuBackend>;
  const joined = complex({ inputs, attrs: {}, backend: cpu }) as TensorInfo;
  for (const { dataId } of Object.values(inputs)) cpu.disposeData(dataId);
  return joined;
}

function moveOut(cpu: CpuBackend, backend: BackendWasm, x: TensorInfo): TensorInfo {
  const output = backend.makeOutput(x.shape, x.dtype, undefined, cpu.readSync(x.dataId));
  // A few cpu kernels return a tensor, which the engine counts, and not a bare info.
  if ('dispose' in x && typeof x.dispose === 'function') x.dispose();
  else cpu.disposeData(x.dataId);
  return output;
}

type Values = Parameters<BackendWasm['write']>[0];
interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: TensorInfo['dtype'], values: Values): TensorInfo;
}

type Input = TensorInfo | readonly TensorInfo[] | null | undefined;
/** By name, or in order. */
type Inputs = Readonly<Record<string, Input>> | readonly TensorInfo[];
interface Call<B> {
  readonly inputs: Inputs;
  readonly attrs: object;
  readonly backend: B;
}
type AnyKernel<B> = (call: Call<B>) => TensorInfo | TensorInfo[];
