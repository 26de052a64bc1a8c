import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../graph/ir/read-attributes.js';
import { indexRange } from '../graph/ir/shapes.js';
import { gelu, sigmoid } from '../ops/activations.js';
import { add, mul } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { transpose } from '../ops/shape.js';

/** alpha · A · B, each transposed if its attributes say so. */
export function expandFusedMatMul(node: Node): readonly Value[] {
  const [a, b] = node.inputs as [Value, Value];
  const product = matMul(
    arranged(a, intAttribute(node, 'transA', 0) !== 0, intAttribute(node, 'transBatchA', 0) !== 0),
    arranged(b, intAttribute(node, 'transB', 0) !== 0, intAttribute(node, 'transBatchB', 0) !== 0),
  );
  const alpha = floatAttribute(node, 'alpha', 1);
  return [alpha === 1 ? product : mul(product, alpha)];
}

/** `batch`: the first dimension comes before the last, after those of the batch. */
function arranged(x: Value, swap: boolean, batch: boolean): Value {
  const rank = x.shape.length;
  if (rank < 2 || (!swap && !batch)) return x;
  const order = batch ? [...indexRange(1, rank - 1), 0, rank - 1] : indexRange(0, rank);
  const [rows, columns] = order.slice(-2) as [number, number];
  return transpose(x, swap ? [...order.slice(0, -2), columns, rows] : order);
}

function withBias({ inputs: [x, bias] }: Node): Value {
  return bias ? add(x!, bias) : x!;
}

export const expandGelu = (node: Node): readonly Value[] => [gelu(withBias(node))];
export const expandFastGelu = (node: Node): readonly Value[] => [gelu(withBias(node), { approximate: 'tanh' })];

/** x · sigmoid(alpha · x) (Hendrycks and Gimpel, 2016). */
export function expandQuickGelu(node: Node): readonly Value[] {
  const x = node.inputs[0]!;
  return [mul(x, sigmoid(mul(x, floatAttribute(node, 'alpha', 1.702))))];
}
