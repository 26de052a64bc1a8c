import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { cast, div, max, mul, reduceSum, unsqueeze } from '@forge-ml/onnx/ops';

/**
 * The mean of the tokens of each text, without padding: tokens [batch, time, size] and mask [batch, time], of 1 for tokens
 * and 0 for padding, give [batch, size]. The mean of a text without tokens is 0.
 * @throws ForgeError MODEL_INVALID for other shapes
 */
export function meanPool(tokens: Value, mask: Value): Value {
  if (tokens.shape.length !== 3 || mask.shape.length !== 2) {
    throw new ForgeError(
      'MODEL_INVALID',
      `meanPool takes tokens [batch, time, size] and a mask [batch, time], not ${describeType(tokens)} and ${describeType(mask)}.`,
      {
        about: 'meanPool',
        hint: 'The mask is an input of the file: outputs: ["last_hidden_state", "attention_mask"].',
      },
    );
  }
  const isToken = unsqueeze(cast(mask, tokens.dtype), [2]);
  const counts = reduceSum(isToken, [1], { keepdims: false });
  return div(reduceSum(mul(tokens, isToken), [1], { keepdims: false }), max([counts, 1]));
}
