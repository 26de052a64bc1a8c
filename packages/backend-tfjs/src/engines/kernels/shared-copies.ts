import type { CastAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../tf/tf.js';
import { asKernel, asKernelFunc } from './kernel-call.js';

/** A tensor of the same memory, which is freed with the last of them, as after a reshape. No kernel changes its inputs. */
function share(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}

/** A copy of a tensor. The stock kernel copies its numbers too. */
export function identity(_: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'x', object>(stock);
  return asKernelFunc<'x', object>((call) => {
    const { inputs, backend } = call;
    return inputs.x.dtype === 'string' ? original(call) : share(backend, inputs.x);
  });
}

/**
 * A tensor in another type. To its own type, as in the gradient of ReLU, the stock kernel copies its numbers. To bool it
 * cuts them off to bytes, so that 0.5 and 256 would be false.
 */
export function cast(_: Tf, stock: KernelFunc): KernelFunc {
  const original = asKernel<'x', CastAttrs>(stock);
  return asKernelFunc<'x', CastAttrs>((call) => {
    const { inputs, attrs, backend } = call;
    const { dtype } = inputs.x;
    if (dtype === 'string' || attrs.dtype === 'string') return original(call);
    if (dtype === attrs.dtype) return share(backend, inputs.x);
    return attrs.dtype === 'bool' ? areNotZero(backend, inputs.x) : original(call);
  });
}

function areNotZero(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const out = backend.makeOutput(x.shape, 'bool');
  const values = backend.typedArrayFromHeap(x);
  const isNotZero = backend.typedArrayFromHeap(out);
  for (let at = 0; at < values.length; at++) isNotZero[at] = values[at] === 0 ? 0 : 1;
  return out;
}
