import { add, cast, div, mul, sub } from '../../../ops/elementwise.js';
import { matMul } from '../../../ops/linear.js';
import { equal, where } from '../../../ops/logic.js';
import * as s from '../../../ops/shape.js';
import { tensorOf } from '../../../tensor/numbers.js';
import { floats, int, ints, tensorAttribute } from '../../ir/attributes.js';
import { constant, indices, scalar } from '../../ir/values.js';
import { call } from '../../make-node.js';
import type { Cases } from './case.test.support.js';

const far = Number.MAX_SAFE_INTEGER;

export const shapeCases: Cases = {
  reshape: ({ batch }, feeds) => [
    s.reshape(feeds.float(batch, 3, 4), [0, -1]),
    s.reshape(feeds.float(batch, 3, 4), [-1, 6, 2]),
    s.reshape(feeds.float(batch, 3, 4), [-1]),
    s.reshape(feeds.float(batch, 3, 4), [3, 4, -1]),
  ],
  'reshape that joins names': ({ batch, length }, feeds) => s.reshape(feeds.float(batch, length, 4), [-1, 2]),
  'reshape to a shape computed from shapes, as PyTorch exports it': ({ batch, length }, feeds) => {
    const x = feeds.float(batch, length, 12);
    const size = (axis: number) => s.unsqueeze(s.gather(s.shapeOf(x), scalar(axis, 'int64')), [0]);
    const heads = s.reshape(x, s.concat([size(0), size(1), indices([3, 4])], 0));
    const scores = matMul(s.transpose(heads, [0, 2, 1, 3]), s.transpose(heads, [0, 2, 3, 1]));
    const flat = s.concat([mul(size(0), size(1)), div(size(2), 2)], 0);
    return [heads, scores, s.reshape(x, s.concat([flat, indices([-1])], 0))];
  },
  'expand to a computed shape with -1 for kept dimensions, as PyTorch exports it': ({ batch, length }, feeds) => {
    const x = feeds.float(batch, length, 1);
    const wanted = s.concat([s.shapeOf(x, 0, 2), indices([6])], 0);
    const open = mul(s.constantOfShape([3], 1, 'int64'), -1);
    return s.expand(x, where(equal(wanted, open), s.constantOfShape([3], 1, 'int64'), wanted));
  },
  'reshape to a shape given at run time': ({ batch }, feeds) =>
    s.reshape(feeds.float(batch, 3), feeds.of('int64', [2], [3, 2])),
  flatten: ({ batch, length }, feeds) => [
    s.flatten(feeds.float(batch, length, 3), 2),
    s.flatten(feeds.float(batch, 3), 0),
    s.flatten(feeds.float(batch, 3, 4), -1),
  ],
  transpose: ({ batch, length }, feeds) => [
    s.transpose(feeds.float(batch, length, 3)),
    s.transpose(feeds.float(batch, length, 3), [1, 2, 0]),
  ],
  squeeze: ({ batch }, feeds) => [s.squeeze(feeds.float(1, batch, 1), [0, -1]), s.squeeze(feeds.float(1, 3, 1))],
  unsqueeze: ({ batch }, feeds) => s.unsqueeze(feeds.float(batch, 3), [0, -1]),
  concat: ({ batch, length }, feeds) => [
    s.concat([feeds.float(batch, length), feeds.float(batch, length), feeds.float(batch, 2)], 1),
    s.concat([feeds.float(batch, 3), feeds.float(2, 3)], -2),
  ],
  shapeOf: ({ batch }, feeds) => [s.shapeOf(feeds.float(batch, 3, 4), -2), s.shapeOf(feeds.float(batch, 3, 4), 0, 1)],
  sizeOf: ({ batch }, feeds) => s.sizeOf(feeds.float(batch, 3)),
  slice: ({ batch, length }, feeds) => [
    s.slice(feeds.float(batch, 10), [1], [-2], [1], [3]),
    s.slice(feeds.float(batch, 10), [-1], [-far], [1], [-2]),
    s.slice(feeds.float(batch, length), [1], [far], [1]),
    s.slice(feeds.float(batch, length), [0], [-1], [-1]),
    s.slice(feeds.float(batch, length), [-1], [-far], [1], [-1]),
    s.slice(feeds.float(batch, length), [0, 1], [1, 1]),
    s.slice(feeds.float(batch, length), [2], [7], [1], [2]),
  ],
  'slice up to a size': ({ batch, length }, feeds) => {
    const size = s.shapeOf(feeds.float(batch, length), 1, 2);
    return [s.slice(feeds.float(8, 8), indices([0]), size), s.slice(feeds.float(8, 8), sub(size, 1), size)];
  },
  'slice with bounds given at run time': ({ batch }, feeds) =>
    s.slice(feeds.float(batch, 10), feeds.of('int64', [1], [2]), [9], [1]),
  split: ({ batch }, feeds) => [...s.split(feeds.float(batch, 7), 3, 1), ...s.split(feeds.float(batch, 7), [2, 5], -1)],
  gather: ({ batch, length }, feeds) => [
    s.gather(feeds.float(4, 3), feeds.whole(batch, length)),
    s.gather(feeds.float(batch, 3), scalar(-1, 'int64'), 1),
  ],
  gatherElements: ({ batch }, feeds) => s.gatherElements(feeds.float(batch, 4), feeds.whole(batch, 2), 1),
  gatherND: ({ batch }, feeds) => [
    s.gatherND(feeds.float(4, 3, 2), feeds.whole(batch, 2)),
    s.gatherND(feeds.float(batch, 3, 2), feeds.whole(batch, 1), 1),
  ],
  scatterElements: ({ batch }, feeds) =>
    s.scatterElements(feeds.float(batch, 4), feeds.whole(batch, 2), feeds.float(batch, 2), {
      axis: 1,
      reduction: 'add',
    }),
  ScatterND: (_, feeds) => call('ScatterND', [feeds.float(4, 3), feeds.of('int64', [2, 1], [0, 2]), feeds.float(2, 3)]),
  oneHot: ({ batch }, feeds) => [
    s.oneHot(feeds.whole(batch), 4, indices([0, 1])),
    s.oneHot(feeds.whole(batch, 3), 4, feeds.float(2), 0),
  ],
  NonZero: ({ batch }, feeds) => call('NonZero', [feeds.float(batch, 3)]),
  expand: ({ batch, length }, feeds) => [
    s.expand(feeds.float(batch, 1), [1, 4]),
    s.expand(feeds.float(3), s.shapeOf(feeds.float(length, batch, 3))),
  ],
  tile: ({ batch }, feeds) => s.tile(feeds.float(batch, 3), [2, 3]),
  pad: ({ batch, width }, feeds) => [
    s.pad(feeds.float(batch, 3, width), [0, 0, 1, 0, 1, 2]),
    s.pad(feeds.float(batch, 3, width), [1, 2], { axes: [2], mode: 'reflect' }),
    s.pad(feeds.float(batch, width), [0, -1, 0, 0], { value: scalar(3) }),
  ],
  resize: ({ batch, height, width }, feeds) => [
    s.resize(feeds.float(batch, 1, height, width), { scales: [1, 1, 2, 3] }),
    s.resize(feeds.float(batch, 1, 5, 7), { scales: [1, 1, 0.6, 1.5], mode: 'linear' }),
  ],
  'resize to computed sizes, as PyTorch exports it': ({ batch, height, width }, feeds) => {
    const x = feeds.float(batch, 3, height, width);
    const doubled = cast(mul(cast(s.shapeOf(x, 2), 'float32'), 2), 'int64');
    return s.resize(x, { sizes: s.concat([s.shapeOf(x, 0, 2), doubled], 0) });
  },
  'Resize of some axes': ({ batch }, feeds) =>
    call('Resize', [feeds.float(batch, 3, 4), null, null, indices([7])], { axes: ints([2]) }),
  constantOfShape: ({ batch }, feeds) => [
    s.constantOfShape(s.shapeOf(feeds.float(batch, 3)), 2, 'int32'),
    s.constantOfShape([2, 3]),
  ],
  range: ({ length }, feeds) => [
    s.range(0, s.squeeze(s.shapeOf(feeds.float(length)), [0])),
    s.range(7, 0, -2),
    call('Range', [scalar(0), scalar(1), scalar(0.3)]),
    s.range(0, add(feeds.of('int64', [], [4]), 1)),
  ],
  Constant: () => [
    call('Constant', [], { value: tensorAttribute(tensorOf([1, 2], 'float32', [2])) }),
    call('Constant', [], { value_ints: ints([1, 2, 3]) }),
    call('Constant', [], { value_int: int(1) }),
    call('Constant', [], { value_floats: floats([1, 2]) }),
  ],
  trilu: ({ batch, length }, feeds) => s.trilu(feeds.float(batch, length, length), { upper: false, diagonal: -1 }),
  depthToSpace: ({ batch, height }, feeds) => s.depthToSpace(feeds.float(batch, 8, height, 3), 2),
  spaceToDepth: ({ batch }, feeds) => s.spaceToDepth(feeds.float(batch, 2, 4, 6), 2),
  'add of a constant': ({ batch }, feeds) => add(feeds.float(batch, 2), constant(tensorOf([1, 2], 'float32', [2]))),
};
