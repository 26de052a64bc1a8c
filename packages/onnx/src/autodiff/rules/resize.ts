import type { Node, Value } from '../../graph/ir/graph.js';
import { intsAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange } from '../../graph/ir/shapes.js';
import { constant, indices } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { cast, mul } from '../../ops/elementwise.js';
import { matMul } from '../../ops/linear.js';
import { averagePool } from '../../ops/pooling.js';
import { concat, constantOfShape, gather, squeeze, transpose, unsqueeze } from '../../ops/shape.js';
import { tensorOf } from '../../tensor/numbers.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { sizeAlong } from '../adjoints/shapes.js';

const resizeRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const x = inputOf(node, 0);
  if (textAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize') {
    throw notDifferentiable(node, 'it crops (tf_crop_and_resize)', 'Crop with Slice, then resize.');
  }
  if (textAttribute(node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
    throw notDifferentiable(node, 'it keeps the aspect ratio by a policy', 'Give it the resulting sizes.');
  }
  const factors = wholeFactors(node);
  if (factors) {
    const count = factors.reduce((product, factor) => product * factor, 1);
    return [mul(averagePool(gradient, factors, { strides: factors }), count)];
  }
  const axes = intsAttribute(node, 'axes') ?? indexRange(0, x.shape.length);
  return [
    axes.reduce((value, given, at) => {
      const axis = axisOf(given, x.shape.length);
      return x.shape[axis] === node.outputs[0]!.shape[axis] ? value : along(value, axis, weightsAlong(node, axis, at));
    }, gradient),
  ];
};

/** The spatial scale factors, where each element becomes a block of copies; else undefined. */
function wholeFactors(node: Node): number[] | undefined {
  const [from, to] = [inputOf(node, 0).shape, node.outputs[0]!.shape];
  const coordinates = textAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = textAttribute(node, 'nearest_mode', 'round_prefer_floor');
  const copies =
    (coordinates === 'asymmetric' && rounding === 'floor') ||
    (coordinates === 'half_pixel' && rounding.startsWith('round'));
  if (textAttribute(node, 'mode', 'nearest') !== 'nearest' || !copies) return undefined;
  if (from.length < 3 || from[0] !== to[0] || from[1] !== to[1]) return undefined;
  const factors = from.slice(2).map((size, at) => Number(to[at + 2]) / Number(size));
  return factors.every((factor) => Number.isInteger(factor) && factor >= 1) ? factors : undefined;
}

/**
 * The weight of each element along an axis, [in], in each element of the result, [out]. Resizing is linear in x and
 * separable by axis, so resizing the rows of an identity matrix gives the weights in any mode.
 */
function weightsAlong(node: Node, axis: number, at: number): Value {
  const x = inputOf(node, 0);
  const size = sizeAlong(x, axis);
  const identity = call('EyeLike', [constantOfShape(concat([size, size], 0))]);
  const images = unsqueeze(identity, [0, 1]);
  const { axes: _axes, keep_aspect_ratio_policy: _policy, ...attributes } = node.attributes;
  return squeeze(call('Resize', [images, null, ...sizing(node, axis, at, size)], attributes), [0, 1]);
}

/** The scales, or else the sizes, that resize the last of four axes as the node resizes `axis`. */
function sizing(node: Node, axis: number, at: number, size: Value): readonly (Value | null)[] {
  const scales = node.inputs[2];
  if (!scales || scales.shape[0] === 0) {
    return [null, concat([indices([1, 1]), size, sizeAlong(node.outputs[0]!, axis)], 0)];
  }
  const ones = constant(tensorOf([1, 1, 1], scales.dtype, [3]));
  return [concat([ones, gather(scales, indices([at]))], 0)];
}

/** The elements along an axis, [out], to weighted sums of them, [in]. */
function along(value: Value, axis: number, weights: Value): Value {
  const rank = value.shape.length;
  const matrix = cast(weights, value.dtype);
  if (axis === rank - 2) return matMul(matrix, value);
  const columns = transpose(matrix, [1, 0]);
  if (axis === rank - 1) return matMul(value, columns);
  const swapped = indexRange(0, rank).map((each) => (each === axis ? rank - 1 : each === rank - 1 ? axis : each));
  return transpose(matMul(transpose(value, swapped), columns), swapped);
}

export const resizeRules: GradientRules = { Resize: resizeRule };
