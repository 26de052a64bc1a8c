import type { Node, Value } from '../../graph/ir/graph.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';

/**
 * A softmax whose rows are 0 where all their scores are -∞, as PyTorch's scaled_dot_product_attention is exported:
 * Where(IsNaN(s), 0, s). The gradient of the softmax alone is NaN in such a row: 0 · NaN. It is 0 if the rule sees the
 * output of the whole (https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/transformers/attention.cpp,
 * _safe_softmax).
 * @returns s, if `node` is such a Where
 */
export function safeSoftmaxOf({ op, domain, inputs }: Node): Value | undefined {
  const [missing, zero, s] = inputs;
  if (op !== 'Where' || domain !== '' || missing?.kind !== 'node' || s?.kind !== 'node') return undefined;
  if (missing.node.op !== 'IsNaN' || missing.node.inputs[0] !== s || s.node.op !== 'Softmax') return undefined;
  const zeros = propagatedNumbers(zero);
  return zeros !== undefined && zeros.length > 0 && zeros.every((number) => number === 0) ? s : undefined;
}
