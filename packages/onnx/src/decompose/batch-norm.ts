import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../graph/ir/read-attributes.js';
import { indexRange } from '../graph/ir/shapes.js';
import { add, mul } from '../ops/elementwise.js';
import { momentsOf } from '../ops/moments.js';
import { reduceMean } from '../ops/reduction.js';
import { reshape, unsqueeze } from '../ops/shape.js';

/**
 * The outputs of a BatchNormalization in training mode (y, the next running mean and variance, as ONNX defines them),
 * computed by simpler operators; undefined for any other node.
 */
export function expandTrainingBatchNorm(node: Node): readonly Value[] | undefined {
  if (node.op !== 'BatchNormalization' || intAttribute(node, 'training_mode', 0) !== 1) return undefined;
  const [x, scale, bias, mean, variance] = node.inputs as readonly [Value, Value, Value, Value, Value];
  const rank = x.shape.length;
  const axes = [0, ...indexRange(2, rank)];
  const { centered, inverse } = momentsOf(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  const perChannel = (value: Value) => (rank === 2 ? value : unsqueeze(value, indexRange(1, rank - 1)));
  const momentum = floatAttribute(node, 'momentum', 0.9);
  const moved = (running: Value, batch: Value) => add(mul(running, momentum), mul(reshape(batch, [-1]), 1 - momentum));
  return [
    add(mul(centered, mul(inverse, perChannel(scale))), perChannel(bias)),
    moved(mean, reduceMean(x, axes)),
    moved(variance, reduceMean(mul(centered, centered), axes)),
  ];
}
