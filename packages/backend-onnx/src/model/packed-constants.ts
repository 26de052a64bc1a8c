import type { TensorData } from '@forge-ml/core/plugin';
import {
  type AnyTensor,
  heldBytes,
  isLazy,
  isUnpacked,
  type LazyTensor,
  type ParameterValue,
  parameter,
  type Value,
  walk,
} from '@forge-ml/onnx/graph';
import type { BaseFile } from '../layers/base.js';

/**
 * The weights of 4 bits of base files, where only DequantizeLinear reads them, each as a parameter of its bytes: as a
 * constant it would be in the memory of each graph, several times while the graph is opened.
 * @param outputs what the model computes
 */
export function packedConstants(
  files: readonly BaseFile[],
  outputs: Iterable<Value>,
): ReadonlyMap<Value, ParameterValue> {
  const names = new Map<Value, string>(files.flatMap(({ constants }) => [...constants]));
  const found = new Map<Value, ParameterValue>();
  const others = new Set<Value>();
  for (const { op, domain, inputs } of walk(outputs).nodes) {
    for (const [at, value] of inputs.entries()) {
      const name = value && names.get(value);
      if (value?.kind !== 'constant' || !name || isUnpacked(value.data)) continue;
      const isCode = op === 'DequantizeLinear' && domain === '' && at !== 1;
      if (!isCode) others.add(value);
      else if (!found.has(value)) found.set(value, parameter(name, bytesOf(value.data), { trainable: false }));
    }
  }
  for (const value of others) found.delete(value);
  return found;
}

/** uint8 [bytes], read when it is used where the tensor is. */
function bytesOf(data: AnyTensor | LazyTensor): TensorData {
  const shape = [heldBytes(data)];
  if (!isLazy(data)) return { dtype: 'uint8', shape, bytes: data.bytes };
  const { byteLength, part, readInto } = data;
  const lazy: LazyTensor<'uint8'> = {
    ...{ dtype: 'uint8', shape, byteLength, part, readInto },
    get bytes() {
      return data.bytes;
    },
  };
  return lazy;
}
