import type { Node, Value } from '../../graph/ir/graph.js';
import { axisOf, indexRange, isStatic } from '../../graph/ir/shapes.js';
import { indices } from '../../graph/ir/values.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { add, max, min, sub } from '../../ops/elementwise.js';
import { less, where } from '../../ops/logic.js';
import { concat, gather, pad, range, reshape, slice, squeeze, unsqueeze } from '../../ops/shape.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { addAlong, sizeAlong, zerosLike } from '../adjoints/shapes.js';

const sliceRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const count = inputOf(node, 1).shape[0] as number;
  const axes = (propagatedNumbers(node.inputs[3]) ?? indexRange(0, count)).map((axis) => axisOf(axis, x.shape.length));
  const steps = node.inputs[4] ? propagatedNumbers(node.inputs[4]) : axes.map(() => 1);
  const [starts, ends] = [propagatedNumbers(node.inputs[1]), propagatedNumbers(node.inputs[2])];
  const sizes = axes.flatMap((axis) => [x.shape[axis]!, y.shape[axis]!]);
  if (sizes.includes(0)) return [zerosLike(x)];
  if (starts && ends && steps && isStatic(sizes)) return [intoPlace(gradient, x, axes, starts, steps)];
  if (steps?.every((step) => step === 1)) return [padAtRunTime(gradient, node, axes)];
  return [addedBack(gradient, node, axes)];
};

/** Inserts zeros between the elements where there was a step, and around them. */
function intoPlace(
  gradient: Value,
  x: Value,
  axes: readonly number[],
  starts: readonly number[],
  steps: readonly number[],
): Value {
  let spread = gradient;
  const rank = x.shape.length;
  const pads = new Array<number>(2 * rank).fill(0);
  for (const [at, axis] of axes.entries()) {
    const [size, kept, step] = [x.shape[axis] as number, gradient.shape[axis] as number, steps[at]!];
    const bound = starts[at]! < 0 ? starts[at]! + size : starts[at]!;
    const first = Math.min(Math.max(bound, 0), step < 0 ? size - 1 : size);
    if (step < 0) spread = slice(spread, [-1], [Number.MIN_SAFE_INTEGER], [axis], [-1]);
    const begin = step < 0 ? first + (kept - 1) * step : first;
    if (Math.abs(step) > 1) spread = withGaps(spread, axis, Math.abs(step));
    pads[axis] = begin;
    pads[rank + axis] = size - begin - kept * Math.abs(step);
  }
  return pads.every((size) => size === 0) ? spread : pad(spread, pads);
}

/** Inserts `step` - 1 zeros after each element along an axis. */
function withGaps(value: Value, axis: number, step: number): Value {
  const rank = value.shape.length;
  const pads = new Array<number>(2 * (rank + 1)).fill(0);
  pads[rank + 1 + axis + 1] = step - 1;
  const gaps = pad(unsqueeze(value, [axis + 1]), pads);
  const sizes = indexRange(0, rank).map((each) =>
    each === axis ? indices([(value.shape[axis] as number) * step]) : sizeAlong(value, each),
  );
  return reshape(gaps, concat(sizes, 0));
}

/** For steps of 1, and bounds or sizes that are only known at run time. */
function padAtRunTime(gradient: Value, node: Node, axes: readonly number[]): Value {
  const [x, y] = [inputOf(node, 0), node.outputs[0]!];
  const along = (value: Value) =>
    concat(
      axes.map((axis) => sizeAlong(value, axis)),
      0,
    );
  const sizes = along(x);
  const starts = inputOf(node, 1);
  const counted = where(less(starts, 0), add(starts, sizes), starts);
  const begins = max([min([counted, sizes]), 0]);
  return pad(gradient, concat([begins, sub(sub(sizes, begins), along(y))], 0), { axes: [...axes] });
}

/** Recomputes the indices that were read, axis by axis, and scatters each element back. */
function addedBack(gradient: Value, node: Node, axes: readonly number[]): Value {
  const x = inputOf(node, 0);
  return axes.reduce((value, axis, at) => {
    const bound = (which: number) => gather(inputOf(node, which), indices([at]));
    const all = range(0, squeeze(sizeAlong(x, axis), [0]));
    const read = slice(all, bound(1), bound(2), [0], node.inputs[4] ? bound(4) : [1]);
    return addAlong(value, read, axis, x);
  }, gradient);
}

export const sliceRules: GradientRules = { Slice: sliceRule };
