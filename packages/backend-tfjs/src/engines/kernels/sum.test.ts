import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

const shapes = [
  [5, 3],
  [40, 17],
  [2, 3, 4, 5],
  [3, 1, 1],
];

describe('sums on the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  for (const shape of shapes) {
    const axes = shape.map((_, axis) => axis);
    const choices = [
      undefined,
      -1,
      ...axes,
      ...axes.map((axis) => axes.slice(0, axis + 1)),
      axes.slice(1),
      [0, axes.length - 1],
    ];
    it(`agree with the cpu engine over all axes of [${shape}]`, () => {
      const compute = () =>
        choices.flatMap((axis) => [
          tf.sum(numbers(tf, shape), axis),
          tf.sum(numbers(tf, shape), axis, true),
          tf.sum(numbers(tf, shape).mul(10).toInt(), axis),
        ]);
      expectSame(tf, compute);
      expectNoLeak(tf, compute, 3);
    });
  }
});
