import { type ArrayOf, type Batch, type DType, elements, ForgeError, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from './tf.js';

/** The types that TensorFlow.js has. Strings and complex numbers are not supported. */
export const tensorTypes = ['float32', 'int32', 'bool'] as const satisfies readonly DType[];

type TensorType = (typeof tensorTypes)[number];

/**
 * Data as a tensor of the engine.
 * @throws ForgeError DATA_INVALID for a type that TensorFlow.js does not have
 */
export function toTensor(tf: Tf, name: string, data: TensorData): tfjs.Tensor {
  const dtype = tensorTypes.find((type) => type === data.dtype);
  if (dtype === undefined) {
    throw new ForgeError('DATA_INVALID', `${name} is ${data.dtype}, which TensorFlow.js does not have.`, {
      about: name,
      hint: `Give it as ${tensorTypes.join(', ')}.`,
    });
  }
  return tf.tensor(elements(data) as ArrayOf<TensorType>, [...data.shape], dtype);
}

export function toTensors(tf: Tf, batch: Batch): Record<string, tfjs.Tensor> {
  const tensors: Record<string, tfjs.Tensor> = {};
  for (const name in batch) tensors[name] = toTensor(tf, name, batch[name]!);
  return tensors;
}

/**
 * Copies a tensor's values.
 * @param memory to copy to, if it fits; its content is overwritten
 */
export function fromTensor(tf: Tf, tensor: tfjs.Tensor, memory?: TensorData): TensorData {
  const { dtype, shape } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new ForgeError('MODEL_INVALID', `A tensor of type ${dtype} cannot be saved.`, {
      hint: 'Use float32, int32 or bool.',
    });
  }
  const values = valuesOf(tf, tensor);
  const bytes = memory?.bytes.length === values.byteLength ? memory.bytes : new Uint8Array(values.byteLength);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return { dtype, shape, bytes };
}

/** The values in memory that the engine may still use. */
function valuesOf(tf: Tf, tensor: tfjs.Tensor): ArrayBufferView {
  const engine = tf.engine();
  const backend = engine.state.tensorInfo.get(tensor.dataId)?.backend;
  // The wasm engine returns copies in fresh memory, which costs more than the copying; reads its heap directly.
  if (backend === undefined || backend !== engine.registry.wasm) return tensor.dataSync();
  return (backend as BackendWasm).typedArrayFromHeap(tensor) as ArrayBufferView;
}
