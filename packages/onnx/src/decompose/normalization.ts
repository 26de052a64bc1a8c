import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute, intsAttribute } from '../graph/ir/read-attributes.js';
import { axisOf } from '../graph/ir/shapes.js';
import { add, div, mul, pow, sqrt, sub } from '../ops/elementwise.js';
import { equal, where } from '../ops/logic.js';
import { averagePool } from '../ops/pooling.js';
import { reduceL1, reduceL2, reduceMean } from '../ops/reduction.js';
import { reshape, squeeze, unsqueeze } from '../ops/shape.js';
import { sizesOf } from './sizes.js';

/**
 * x / (bias + alpha · the mean of x² over the nearest `size` channels)^beta, zeros beyond the first and last channel
 * (Krizhevsky, Sutskever and Hinton, 2012).
 */
export function expandLrn(node: Node): readonly Value[] {
  const x = node.inputs[0]!;
  const size = intAttribute(node, 'size', 1);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  // [batch, 1, channels, positions]: the channels are one dimension of an image.
  const image = unsqueeze(reshape(mul(x, x), [0, 0, -1]), [1]);
  const pooled = averagePool(image, [size, 1], { pads: [before, 0, after, 0], countIncludePad: true });
  const mean = reshape(squeeze(pooled, [1]), sizesOf(x));
  const spread = add(mul(mean, floatAttribute(node, 'alpha', 1e-4)), floatAttribute(node, 'bias', 1));
  return [mul(x, pow(spread, -floatAttribute(node, 'beta', 0.75)))];
}

/** x divided by its L1 or L2 norm along an axis; 0 where the norm is 0. */
export function expandLpNormalization(node: Node): readonly Value[] {
  const x = node.inputs[0]!;
  const axes = [axisOf(intAttribute(node, 'axis', -1), x.shape.length)];
  const norm = intAttribute(node, 'p', 2) === 1 ? reduceL1(x, axes) : reduceL2(x, axes);
  return [div(x, where(equal(norm, 0), 1, norm))];
}

/** (x - mean) / (deviation + 1e-9), by default over the batch and the positions, as ONNX defines it. */
export function expandMeanVarianceNormalization(node: Node): readonly Value[] {
  const x = node.inputs[0]!;
  const axes = (intsAttribute(node, 'axes') ?? [0, 2, 3]).map((axis) => axisOf(axis, x.shape.length));
  const centered = sub(x, reduceMean(x, axes));
  const variance = reduceMean(mul(centered, centered), axes);
  // √ has no slope at 0: where nothing varies, the deviation is a constant.
  const constant = equal(variance, 0);
  const deviation = where(constant, 0, sqrt(where(constant, 1, variance)));
  return [div(centered, add(deviation, 1e-9))];
}
