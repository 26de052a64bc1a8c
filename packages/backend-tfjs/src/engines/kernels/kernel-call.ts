import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

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

/** Erases the types of a kernel with several outputs. */
export function asKernelsFunc<Names extends string, Attributes>(
  kernel: (call: KernelCall<Names, Attributes>) => TensorInfo[],
): KernelFunc {
  return kernel as unknown as KernelFunc;
}
