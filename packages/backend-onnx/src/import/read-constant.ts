import type { TensorData } from '@forge-ml/core/plugin';
import { constant } from '../graph/constants.js';
import type { Attributes, ConstantValue } from '../graph/graph.js';
import { tensorOf } from '../graph/numbers.js';
import { invalid } from './invalid.js';

/** The value of a Constant node. @throws ForgeError MODEL_INVALID for texts and sparse tensors. */
export function readConstant(attributes: Attributes, node: string, origin: string): ConstantValue {
  const data = dataOf(attributes);
  if (data) return constant(data);
  const held = Object.keys(attributes).join(', ') || 'nothing';
  throw invalid(`${node} holds ${held}, which is no tensor Forge reads.`, origin);
}

function dataOf(attributes: Attributes): TensorData | undefined {
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
