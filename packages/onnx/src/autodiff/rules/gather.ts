import type { OnnxError } from '../../errors/onnx-error.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { axisOf, indexRange } from '../../graph/ir/shapes.js';
import { indices, scalar } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { add, cast, mod, mul } from '../../ops/elementwise.js';
import { gemm } from '../../ops/linear.js';
import { equal } from '../../ops/logic.js';
import {
  concat,
  flatten,
  gather,
  gatherElements,
  pad,
  range,
  reshape,
  scatterElements,
  unsqueeze,
} from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { addAlong, reshapeLike, sizeAlong, zerosLike } from '../adjoints/shapes.js';

/** Up to this many rows, a product with one-hot rows is faster than scattering each row. */
const smallVocabulary = 256;

const gatherRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, at] = [inputOf(node, 0), inputOf(node, 1)];
  const axis = axisOf(intAttribute(node, 'axis', 0), x.shape.length);
  const rows = flattenIndexDimensions(gradient, at, axis, x);
  const only = at.shape.length === 0 ? propagatedNumbers(at)?.[0] : undefined;
  const size = x.shape[axis]!;
  if (only !== undefined && typeof size === 'number') return [oneIndex(rows, axis, axisOf(only, size), size)];
  const places = at.shape.length === 1 ? at : reshape(at, [-1]);
  const small = axis === 0 && typeof size === 'number' && size <= smallVocabulary;
  return [small ? byOneHot(rows, places, size, x) : addAlong(rows, places, axis, x)];
};

/** The gradient with the dimensions of the indices flattened into one: the shape of x, except along the axis. */
function flattenIndexDimensions(gradient: Value, at: Value, axis: number, x: Value): Value {
  const count = at.shape.length;
  if (count === 1) return gradient;
  if (count === 0) return unsqueeze(gradient, [axis]);
  const sizes = indexRange(0, x.shape.length).map((each) => (each === axis ? indices([-1]) : sizeAlong(x, each)));
  return reshape(gradient, concat(sizes, 0));
}

function oneIndex(row: Value, axis: number, place: number, size: number): Value {
  const rank = row.shape.length;
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = place;
  pads[axis + rank] = size - 1 - place;
  return pad(row, pads);
}

/** one-hot(places)ᵀ · rows. */
function byOneHot(rows: Value, places: Value, size: number, x: Value): Value {
  const fromFront = mod(places, size);
  const all = range(0, size);
  const chosen = equal(unsqueeze(fromFront, [1]), cast(all, places.dtype));
  return reshapeLike(gemm(cast(chosen, rows.dtype), flatten(rows, 1), undefined, { transA: true }), x);
}

const gatherElementsRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const options = { axis: intAttribute(node, 'axis', 0), reduction: 'add' } as const;
  return [scatterElements(zerosLike(inputOf(node, 0)), inputOf(node, 1), gradient, options)];
};

/** For updates that replace at distinct indices, or that are added. */
const scatterElementsRule: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const reduction = textAttribute(node, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw unknownReduction(node, reduction);
  const axis = intAttribute(node, 'axis', 0);
  const [at, updates] = [inputOf(node, 1), inputOf(node, 2)];
  const kept = reduction === 'add' ? gradient : scatterElements(gradient, at, zerosLike(updates), { axis });
  return [kept, null, gatherElements(gradient, at, axis)];
};

/** Index tuples become indices into their dimensions flattened to one, because ScatterND races when it adds. */
const gatherND: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [x, at] = [inputOf(node, 0), inputOf(node, 1)];
  if (intAttribute(node, 'batch_dims', 0) !== 0) {
    throw notDifferentiable(node, 'it has batch dimensions', 'Use GatherElements, or indices of all dimensions.');
  }
  const depth = at.shape.at(-1) as number;
  const named = indexRange(0, depth).map((axis) => sizeAlong(x, axis));
  const rest = indexRange(depth, x.shape.length).map((axis) => sizeAlong(x, axis));
  const asRows = (value: Value) => reshape(value, concat([indices([-1]), ...rest], 0));
  const columns = indexRange(0, depth).map((each) =>
    mod(cast(gather(at, scalar(each, 'int64'), -1), 'int64'), named[each]!),
  );
  const place = columns.slice(1).reduce((sum, column, each) => add(mul(sum, named[each + 1]!), column), columns[0]!);
  return [reshapeLike(addAlong(asRows(gradient), reshape(place, [-1]), 0, asRows(x)), x)];
};

/** For updates that replace at distinct indices, or that are added. */
const scatterND: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const reduction = textAttribute(node, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw unknownReduction(node, reduction);
  const [at, updates] = [inputOf(node, 1), inputOf(node, 2)];
  const kept = reduction === 'add' ? gradient : call('ScatterND', [gradient, at, zerosLike(updates)]);
  return [kept, null, call('GatherND', [gradient, at])];
};

function unknownReduction(node: Node, reduction: string): OnnxError {
  return notDifferentiable(node, `there is no rule for its reduction ${reduction}`, 'Use none or add.');
}

/** Scatters the gradients to where the values came from. */
const topK: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const options = { axis: intAttribute(node, 'axis', -1), reduction: 'add' } as const;
  return [scatterElements(zerosLike(inputOf(node, 0)), node.outputs[1]!, gradient, options)];
};

export const gatherRules: GradientRules = {
  Gather: gatherRule,
  GatherElements: gatherElementsRule,
  ScatterElements: scatterElementsRule,
  GatherND: gatherND,
  ScatterND: scatterND,
  TopK: topK,
};
