import { sameDim } from '../ir/broadcast.js';
import { unknownDim } from '../ir/dims.js';
import type { Dim } from '../ir/types.js';
import { allNumbers } from '../propagate/known-values.js';
import type { Draft, InferenceRule } from './draft.js';
import { indexTypes, numbers } from './dtypes.js';
import { lengthOf } from './shape.js';
import { slicedSize } from './slicing.js';

const reductions = ['none', 'add', 'mul', 'max', 'min'];

function scatter(node: Draft) {
  const [x, at, updates] = [node.input(0), node.input(1), node.input(2)];
  if (!reductions.includes(node.text('reduction', 'none'))) node.fail(`its reduction must be ${reductions.join(', ')}`);
  return { x, at, updates, type: { dtype: node.sameDtype([x, updates]), shape: x.shape } };
}

export const indexingRules: Record<string, InferenceRule> = {
  Slice(node) {
    const x = node.input(0);
    const count = lengthOf(node, 1, 'its starts');
    if (lengthOf(node, 2, 'its ends') !== count) node.fail('its starts and ends differ in number');
    const [starts, ends] = [node.numbers(1), node.numbers(2)];
    const axes = node.optional(3) === undefined ? [...Array(count).keys()] : allNumbers(node.numbers(3));
    const steps = node.optional(4) === undefined ? Array<number>(count).fill(1) : allNumbers(node.numbers(4));
    if (axes === undefined) return [{ dtype: x.dtype, shape: x.shape.map(() => unknownDim()) }];
    if (axes.length !== count || (steps ?? axes).length !== count)
      node.fail('its starts, axes and steps differ in number');
    if (steps?.includes(0)) node.fail('a step must not be 0');
    const shape: Dim[] = [...x.shape];
    for (const [at, axis] of node.axes(axes, shape.length).entries()) {
      const known = starts !== undefined && ends !== undefined && steps !== undefined;
      shape[axis] = known ? slicedSize(shape[axis]!, starts[at]!, ends[at]!, steps[at]!) : unknownDim();
    }
    return [{ dtype: x.dtype, shape }];
  },

  Split(node) {
    const x = node.input(0);
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    return splitSizes(node, x.shape[axis]!).map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) }));
  },

  Gather(node) {
    const [x, at] = [node.input(0), node.input(1)];
    node.oneOf(at, indexTypes, 'its indices');
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    const size = x.shape[axis]!;
    const known = allNumbers(node.numbers(1));
    const outside = typeof size === 'number' && known?.find((index) => index >= size || index < -size);
    if (typeof outside === 'number') node.fail(`there is no index ${outside} along a size of ${size}`);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)] }];
  },

  GatherElements(node) {
    const [x, at] = [node.input(0), node.input(1)];
    node.oneOf(at, indexTypes, 'its indices');
    node.rank(at, x.shape.length, 'its indices');
    node.axis(node.int('axis', 0), x.shape.length);
    return [{ dtype: x.dtype, shape: at.shape }];
  },

  GatherND(node) {
    const [x, at] = [node.input(0), node.input(1)];
    node.oneOf(at, ['int64'], 'its indices');
    const shared = node.int('batch_dims', 0);
    const depth = at.shape.at(-1);
    if (typeof depth !== 'number') return node.unknownRank('the length of its index tuples is not known', x.dtype);
    if (shared + depth > x.shape.length || shared >= at.shape.length)
      node.fail(`index tuples of length ${depth} are too long`);
    return [{ dtype: x.dtype, shape: [...at.shape.slice(0, -1), ...x.shape.slice(shared + depth)] }];
  },

  ScatterElements(node) {
    const { x, at, updates, type } = scatter(node);
    node.oneOf(at, indexTypes, 'its indices');
    node.rank(at, x.shape.length, 'its indices');
    node.axis(node.int('axis', 0), x.shape.length);
    node.rank(updates, at.shape.length, 'its updates');
    for (const [axis, dim] of at.shape.entries()) {
      if (sameDim(dim, updates.shape[axis]!) === undefined) node.fail('its indices and updates differ in shape');
    }
    return [type];
  },

  ScatterND(node) {
    const { x, at, updates, type } = scatter(node);
    node.oneOf(at, ['int64'], 'its indices');
    const depth = at.shape.at(-1);
    if (typeof depth === 'number') node.rank(updates, at.shape.length - 1 + x.shape.length - depth, 'its updates');
    return [type];
  },

  OneHot(node) {
    const [at, depth, values] = [node.input(0), node.input(1), node.input(2)];
    node.oneOf(at, numbers, 'its indices');
    node.single(depth, 'its depth');
    const rank = at.shape.length + 1;
    const axis = node.axis(node.int('axis', -1), rank);
    return [{ dtype: values.dtype, shape: at.shape.toSpliced(axis, 0, node.numbers(1)?.[0] ?? unknownDim()) }];
  },

  NonZero(node) {
    return [{ dtype: 'int64', shape: [node.input(0).shape.length, unknownDim()] }];
  },
};

/** Limits how much memory a model file can request. */
const maxPieces = 65_536;

function splitSizes(node: Draft, size: Dim): readonly Dim[] {
  if (node.optional(1) !== undefined) {
    const pieces =
      node.numbers(1) ??
      Array.from({ length: lengthOf(node, 1, 'its list of sizes', { most: maxPieces }) }, unknownDim);
    const total = allNumbers(pieces)?.reduce((sum, piece) => sum + piece, 0);
    if (total !== undefined && sameDim(size, total) === undefined) {
      node.fail(`pieces of [${pieces.join(', ')}] do not add up to ${size}`);
    }
    return pieces;
  }
  const old = node.ints('split');
  if (old !== undefined) return old;
  const count = node.int('num_outputs') ?? node.wanted ?? node.fail('neither split sizes nor num_outputs is given');
  if (count < 1) node.fail(`it must have at least 1 piece, not ${count}`);
  if (count > maxPieces) node.fail(`${count} pieces are more than the ${maxPieces} allowed`);
  if (typeof size === 'string') return Array.from({ length: count }, () => (count === 1 ? size : unknownDim()));
  const piece = Math.ceil(size / count);
  const last = size - piece * (count - 1);
  if (last < 0) node.fail(`a size of ${size} cannot be split into ${count} pieces`);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? last : piece));
}
