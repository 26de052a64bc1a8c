import type { Value } from '../../graph/ir/graph.js';
import { intAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange, sameShape } from '../../graph/ir/shapes.js';
import { conv } from '../../ops/linear.js';
import { reduceSum } from '../../ops/reduction.js';
import { slice } from '../../ops/shape.js';
import { convInputGradient } from '../adjoints/conv-input.js';
import { convWeightGradient } from '../adjoints/conv-weights.js';
import type { FastConvolutions } from '../adjoints/fast-convolutions.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { windowsOf } from '../adjoints/windows.js';

/** @param areFast which convolutions the engine computes faster than matrix products */
export const convRule =
  (areFast?: FastConvolutions): GradientRule =>
  (node, [gradient], { wanted }) => {
    if (!gradient) return [];
    const [x, weights, y] = [inputOf(node, 0), inputOf(node, 1), node.outputs[0]!];
    const windows = windowsOf(node, x.shape, y.shape, weights.shape.slice(2) as number[]);
    const request = { x, gradient, weights, windows, group: intAttribute(node, 'group', 1) };
    return [
      wanted[0] ? convInputGradient(request, areFast) : null,
      wanted[1] ? convWeightGradient(request, areFast) : null,
      wanted[2] ? sumOfChannels(gradient) : null,
    ];
  };

/** A transposed convolution is the gradient of a convolution's input: its own gradients are that convolution's. */
const convTransposeRule: GradientRule = (node, [gradient], { wanted }) => {
  if (!gradient) return [];
  const [x, weights] = [inputOf(node, 0), inputOf(node, 1)];
  const windows = windowsOf(node, node.outputs[0]!.shape, x.shape, weights.shape.slice(2) as number[]);
  const group = intAttribute(node, 'group', 1);
  const { strides, dilations, begins, ends } = windows;
  const options = { strides: [...strides], dilations: [...dilations], pads: [...begins, ...ends], group };
  return [
    wanted[0] ? cutLike(conv(gradient, weights, undefined, options), x) : null,
    wanted[1] ? convWeightGradient({ x: gradient, gradient: x, weights, windows, group }) : null,
    wanted[2] ? sumOfChannels(gradient) : null,
  ];
};

/** With output padding beyond the stride, the convolution has more outputs than x has elements. */
function cutLike(full: Value, x: Value): Value {
  const axes = indexRange(2, x.shape.length);
  const sizes = axes.map((axis) => x.shape[axis]!);
  if (sameShape(full.shape, x.shape) || sizes.some((size) => typeof size === 'string')) return full;
  return slice(
    full,
    axes.map(() => 0),
    sizes as number[],
    axes,
  );
}

function sumOfChannels(gradient: Value): Value {
  return reduceSum(gradient, [0, ...indexRange(2, gradient.shape.length)], { keepdims: false });
}

export const convRules: GradientRules = { Conv: convRule(), ConvTranspose: convTransposeRule };
