import { type Batch, elements, ForgeError, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../tf.js';

/**
 * Data as a tensor of the engine. TensorFlow.js has float32, int32 and bool: float64 is rounded, whole numbers become
 * int32.
 * @throws ForgeError DATA_INVALID for half precision, and for a whole number that int32 cannot hold.
 */
export function toTensor(tf: Tf, name: string, data: TensorData): tfjs.Tensor {
  const shape = [...data.shape];
  const values = elements(data);
  switch (data.dtype) {
    case 'float32':
      return tf.tensor(values as Float32Array, shape, 'float32');
    case 'float64':
      return tf.tensor(new Float32Array(values as Float64Array), shape, 'float32');
    case 'int32':
      return tf.tensor(values as Int32Array, shape, 'int32');
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
      return tf.tensor(new Int32Array(values as Uint8Array), shape, 'int32');
    case 'uint32':
    case 'int64':
    case 'uint64':
      return tf.tensor(toInt32(name, data.dtype, values as BigInt64Array | Uint32Array), shape, 'int32');
    case 'bool':
      return tf.tensor(values as Uint8Array, shape, 'bool');
    case 'float16':
    case 'bfloat16':
      throw new ForgeError('DATA_INVALID', `${name} is ${data.dtype}, which TensorFlow.js does not have.`, {
        about: name,
        hint: 'Give float32 in the data config.',
      });
  }
}

export function toTensors(tf: Tf, batch: Batch): Record<string, tfjs.Tensor> {
  const tensors: Record<string, tfjs.Tensor> = {};
  for (const name in batch) tensors[name] = toTensor(tf, name, batch[name]!);
  return tensors;
}

/**
 * A tensor's values in memory of their own.
 * @param memory to copy them to, where it fits: what it held is lost
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

/** The values in memory that the engine may go on using. */
function valuesOf(tf: Tf, tensor: tfjs.Tensor): ArrayBufferView {
  const engine = tf.engine();
  const backend = engine.state.tensorInfo.get(tensor.dataId)?.backend;
  // The wasm engine hands out copies, in fresh memory, which takes longer than the copying; here they are where they lie.
  if (backend === undefined || backend !== engine.registry.wasm) return tensor.dataSync();
  return (backend as BackendWasm).typedArrayFromHeap(tensor) as ArrayBufferView;
}

function toInt32(name: string, dtype: string, values: BigInt64Array | Uint32Array): Int32Array {
  const result = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value > 2147483647 || value < -2147483648) {
      throw new ForgeError('DATA_INVALID', `${name} is ${dtype} and holds ${value}, which int32 cannot.`, {
        about: name,
        hint: 'TensorFlow.js has no wider whole numbers: scale it, or give float32.',
      });
    }
    result[index] = Number(value);
  }
  return result;
}
