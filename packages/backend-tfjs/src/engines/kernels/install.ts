import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../tf/tf.js';
import { batchMatMul } from './batch-mat-mul.js';
import { conv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { cpuFallback } from './cpu-fallback.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { cast, identity } from './shared-copies.js';
import { sum } from './sum.js';
import { updateParameterConfig } from './update-parameter.js';

/** Marks Forge's kernels in TensorFlow.js's registry, which all its copies in a process share. */
const marker = Symbol.for('forge-ml.kernel');

/**
 * Kernels instead of those that the registry has for the wasm backend: its own, or the cpu fallback where it has none.
 * They run ours, which measure faster for all shapes but the smallest, or those where ours do not apply.
 */
const replacements: Readonly<Record<string, (tf: Tf, stock: KernelFunc) => KernelFunc>> = {
  BatchMatMul: batchMatMul,
  Cast: cast,
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  Identity: identity,
  MaxPoolGrad: maxPoolGrad,
  Sum: sum,
};

/**
 * Kernels of the wasm module 4.22 whose results are wrong, compared with finite differences or the definition: the
 * gradients of a convolution in three dimensions (the filter's only for strides above 1), and a dilation at the border.
 */
const wrong = new Set([
  'Conv3DBackpropInputV2',
  'Conv3DBackpropFilterV2',
  'Dilation2D',
  'Dilation2DBackpropInput',
  'Dilation2DBackpropFilter',
]);

/**
 * Makes the wasm backend of a TensorFlow.js able to train: kernels that it lacks or gets wrong come from the cpu
 * backend, and those that take most of the training time are ours. Call it while the wasm backend is the active one. A second call does nothing.
 */
export function installKernels(tf: Tf): void {
  if (marker in tf.getKernel('BatchMatMul', 'wasm')) return;
  const own = new Set(tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelName));
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (!own.has(kernel.kernelName)) tf.registerKernel(cpuFallback(tf, kernel));
    else if (wrong.has(kernel.kernelName)) replace(tf, kernel.kernelName, cpuFallback(tf, kernel));
  }
  for (const [name, make] of Object.entries(replacements)) {
    const stock = tf.getKernel(name, 'wasm');
    replace(tf, name, { ...stock, kernelFunc: make(tf, stock.kernelFunc) });
  }
  const update = updateParameterConfig(tf.backend() as BackendWasm);
  if (update !== undefined) tf.registerKernel(update);
}

function replace(tf: Tf, name: string, kernel: KernelConfig): void {
  tf.unregisterKernel(name, 'wasm');
  const marked = { ...kernel, [marker]: true };
  tf.registerKernel(marked);
}
