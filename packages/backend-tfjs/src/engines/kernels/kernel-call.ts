import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../tf/tf.js';

/** The arguments of a kernel: its named tensors, its attributes and the backend that holds their memory. */
export interface KernelCall<Names extends string, Attributes> {
  readonly inputs: Readonly<Record<Names, TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** A typed kernel for the wasm backend with one output. */
export type Kernel<Names extends string, Attributes> = (call: KernelCall<Names, Attributes>) => TensorInfo;

/** Erases the types of a kernel, as the registry requires. */
export function asKernelFunc<Names extends string, Attributes>(kernel: Kernel<Names, Attributes>): KernelFunc {
  return kernel as unknown as KernelFunc;
}

/** Restores the types of a registered kernel with one output. */
export function asKernel<Names extends string, Attributes>(kernelFunc: KernelFunc): Kernel<Names, Attributes> {
  return kernelFunc as unknown as Kernel<Names, Attributes>;
}

/** Runs a wasm kernel by name. */
export type RunKernel = (name: string, inputs: Readonly<Record<string, TensorInfo>>, attributes?: object) => TensorInfo;

/**
 * Composes a kernel of other wasm kernels: everything `body` makes with `run` is freed, except its result. Works below
 * the tape and the tensor count, on bare tensor infos.
 */
export function compose(tf: Tf, backend: BackendWasm, body: (run: RunKernel) => TensorInfo): TensorInfo {
  const made = new Set<TensorInfo>();
  const run: RunKernel = (name, inputs, attributes = {}) => {
    const kernel = asKernel<string, NamedAttrMap>(tf.getKernel(name, 'wasm').kernelFunc);
    const output = kernel({ inputs, attrs: attributes as NamedAttrMap, backend });
    made.add(output);
    return output;
  };
  try {
    const result = body(run);
    made.delete(result);
    return result;
  } finally {
    for (const intermediate of made) backend.disposeData(intermediate.dataId);
  }
}
