import { dtypeOfCode } from '../../proto/data-types.js';
import { broadcastShapes } from '../ir/broadcast.js';
import { addDims, floorDivideDims, multiplyDims, unknownDim } from '../ir/dims.js';
import type { Dim } from '../ir/types.js';
import { allNumbers } from '../propagate/known-values.js';
import type { Draft, InferenceRule } from './draft.js';
import { numbers } from './dtypes.js';
import { resizedShape } from './resize.js';
import { lengthOf } from './shape.js';

export const resizingRules: Record<string, InferenceRule> = {
  Expand(node) {
    const x = node.input(0);
    const rank = lengthOf(node, 1, 'its shape');
    const wanted = node.numbers(1) ?? Array.from({ length: rank }, unknownDim);
    const shape = broadcastShapes(x.shape, wanted);
    return [{ dtype: x.dtype, shape: shape ?? node.fail(`it does not broadcast to [${wanted.join(', ')}]`) }];
  },

  Tile(node) {
    const x = node.input(0);
    if (lengthOf(node, 1, 'its repeats') !== x.shape.length) node.fail('it needs one repeat for each dimension');
    const repeats = node.numbers(1);
    return [
      { dtype: x.dtype, shape: x.shape.map((dim, at) => (repeats ? multiplyDims(dim, repeats[at]!) : unknownDim())) },
    ];
  },

  Pad(node) {
    const x = node.input(0);
    const mode = node.text('mode', 'constant');
    if (!['constant', 'reflect', 'edge', 'wrap'].includes(mode)) node.fail(`there is no mode ${mode}`);
    node.sameDtype([x, node.optional(2)]);
    const rank = x.shape.length;
    const axes = node.optional(3) === undefined ? [...x.shape.keys()] : allNumbers(node.numbers(3));
    if (axes === undefined) return [{ dtype: x.dtype, shape: x.shape.map(() => unknownDim()) }];
    if (lengthOf(node, 1, 'its pads') !== 2 * axes.length) node.fail(`it needs 2 pads for each of ${axes.length} axes`);
    const pads = node.numbers(1);
    const shape: Dim[] = [...x.shape];
    for (const [at, axis] of node.axes(axes, rank).entries()) {
      if (pads === undefined) shape[axis] = unknownDim();
      else shape[axis] = addDims(shape[axis]!, addDims(pads[at]!, pads[at + axes.length]!));
    }
    return [{ dtype: x.dtype, shape }];
  },

  Resize(node) {
    const x = node.input(0);
    node.oneOf(x, numbers);
    return [{ dtype: x.dtype, shape: resizedShape(node, x.shape) }];
  },

  ConstantOfShape(node) {
    const dtype = node.tensor('value')?.dtype ?? 'float32';
    const rank = lengthOf(node, 0, 'its shape', { dtype });
    const shape = node.numbers(0) ?? Array.from({ length: rank }, unknownDim);
    return [{ dtype, shape }];
  },

  Range(node) {
    const values = [node.input(0), node.input(1), node.input(2)];
    node.oneOf(values[0]!, ['float32', 'float64', 'int16', 'int32', 'int64']);
    for (const value of values) node.single(value, 'each of its inputs');
    return [{ dtype: node.sameDtype(values), shape: [rangeLength(node)] }];
  },

  Constant(node) {
    const data = node.tensor('value');
    if (data !== undefined) return [{ dtype: data.dtype, shape: data.shape }];
    if (node.int('value_int') !== undefined) return [{ dtype: 'int64', shape: [] }];
    const whole = node.ints('value_ints');
    if (whole !== undefined) return [{ dtype: 'int64', shape: [whole.length] }];
    if (node.attribute('value_float', 'float') !== undefined) return [{ dtype: 'float32', shape: [] }];
    const list = node.attribute('value_floats', 'floats');
    return list === undefined ? node.fail('it has no value') : [{ dtype: 'float32', shape: [list.length] }];
  },

  EyeLike(node) {
    const x = node.input(0);
    node.rank(x, 2);
    const code = node.int('dtype');
    const dtype = code === undefined ? x.dtype : dtypeOfCode(code);
    return [{ dtype: dtype ?? node.fail('its dtype is not supported'), shape: x.shape }];
  },

  Trilu(node) {
    const [x, diagonal] = [node.input(0), node.optional(1)];
    if (x.shape.length < 2) node.fail('it needs a matrix');
    if (diagonal !== undefined) node.oneOf(diagonal, ['int64'], 'its diagonal');
    node.single(diagonal, 'its diagonal');
    return [x];
  },

  DepthToSpace(node) {
    const [x, block] = blocks(node);
    const [batch, depth, height, width] = x.shape as [Dim, Dim, Dim, Dim];
    if (typeof depth === 'number' && depth % block ** 2 !== 0)
      node.fail(`${depth} channels are not ${block} × ${block} blocks`);
    const channels = floorDivideDims(depth, block ** 2);
    return [{ dtype: x.dtype, shape: [batch, channels, multiplyDims(height, block), multiplyDims(width, block)] }];
  },

  SpaceToDepth(node) {
    const [x, block] = blocks(node);
    const [batch, depth, ...sizes] = x.shape as [Dim, Dim, Dim, Dim];
    const spatial = sizes.map((size) => {
      if (typeof size === 'number' && size % block !== 0) node.fail(`blocks of ${block} do not divide ${size}`);
      return floorDivideDims(size, block);
    });
    return [{ dtype: x.dtype, shape: [batch, multiplyDims(depth, block ** 2), ...spatial] }];
  },
};

function blocks(node: Draft) {
  const x = node.input(0);
  node.rank(x, 4);
  const block = node.int('blocksize') ?? node.fail('its blocksize is missing');
  if (block < 1) node.fail(`its blocksize must be at least 1, not ${block}`);
  return [x, block] as const;
}

function rangeLength(node: Draft): Dim {
  const [start, limit, step] = [0, 1, 2].map((at) => node.numbers(at)?.[0]);
  if (step === 0) return node.fail('a step must not be 0');
  if (start === 0 && step === 1 && typeof limit === 'string') return limit;
  const known = allNumbers([start ?? '', limit ?? '', step ?? '']);
  return known === undefined ? unknownDim() : Math.max(Math.ceil((known[1]! - known[0]!) / known[2]!), 0);
}
