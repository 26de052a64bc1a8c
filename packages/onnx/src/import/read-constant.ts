import { invalidModel } from '../errors/onnx-error.js';
import type { Attributes, ConstantValue } from '../graph/ir/graph.js';
import { constant } from '../graph/ir/values.js';
import { tensorOf } from '../tensor/numbers.js';
import type { AnyTensor } from '../tensor/tensor.js';

/**
 * The value of a Constant node; undefined for texts and sparse tensors.
 * @throws OnnxError MODEL_INVALID where it has none.
 */
export function readConstant(attributes: Attributes, node: string, origin: string): ConstantValue | undefined {
  const data = dataOf(attributes);
  if (data) return constant(data);
  const held = Object.keys(attributes);
  if (held.length === 0) throw invalidModel(`${node} has no value.`, origin);
  return undefined;
}

function dataOf(attributes: Attributes): AnyTensor | undefined {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (name === 'value' && attribute.type === 'tensor') return attribute.value;
    if (name === 'value_float' && attribute.type === 'float') return tensorOf([attribute.value], 'float32', []);
    if (name === 'value_int' && attribute.type === 'int') return tensorOf([attribute.value], 'int64', []);
    if (name === 'value_floats' && attribute.type === 'floats') {
      return tensorOf(attribute.value, 'float32', [attribute.value.length]);
    }
    if (name === 'value_ints' && attribute.type === 'ints') {
      return tensorOf(attribute.value, 'int64', [attribute.value.length]);
    }
  }
  return undefined;
}
