import type { Node, Value } from '../../graph/ir/graph.js';
import { textAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange } from '../../graph/ir/shapes.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { neg, sub } from '../../ops/elementwise.js';
import { reduceSum } from '../../ops/reduction.js';
import { pad, range, squeeze } from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { addAlong, reshapeLike, sizeAlong } from '../adjoints/shapes.js';

const padRule: GradientRule = (node, [gradient], { wanted }) => {
  if (!gradient) return [];
  const mode = textAttribute(node, 'mode', 'constant');
  if (mode !== 'constant') return [foldBack(gradient, node, mode as 'reflect' | 'edge' | 'wrap')];
  const known = propagatedNumbers(inputOf(node, 1));
  const axes = node.inputs[3] ?? undefined;
  // What was padded is cropped, and what was cropped is padded.
  const inside = pad(gradient, known?.map((size) => -size) ?? neg(inputOf(node, 1)), axes ? { axes } : {});
  const filled = (): Gradient => {
    const outside = sub(
      reduceSum(gradient, undefined, { keepdims: false }),
      reduceSum(inside, undefined, { keepdims: false }),
    );
    return node.inputs[2] ? reshapeLike(outside, node.inputs[2]) : null;
  };
  return [reshapeLike(inside, inputOf(node, 0)), null, wanted[2] ? filled() : null];
};

/** Padding by elements of x: each is added to the element it was a copy of, axis by axis. */
function foldBack(gradient: Value, node: Node, mode: 'reflect' | 'edge' | 'wrap'): Value {
  const x = inputOf(node, 0);
  const pads = propagatedNumbers(inputOf(node, 1));
  const axes = node.inputs[3] ? propagatedNumbers(node.inputs[3]) : indexRange(0, x.shape.length);
  if (!pads || !axes) throw notDifferentiable(node, 'its pads are only known at run time', 'Make them constants.');
  return axes.reduce((value, given, at) => {
    const [begin, end] = [pads[at]!, pads[at + axes.length]!];
    if (begin === 0 && end === 0) return value;
    const axis = axisOf(given, x.shape.length);
    const places = range(0, squeeze(sizeAlong(x, axis), [0]));
    return addAlong(value, pad(places, [begin, end], { mode }), axis, x);
  }, gradient);
}

export const padRules: GradientRules = { Pad: padRule };
