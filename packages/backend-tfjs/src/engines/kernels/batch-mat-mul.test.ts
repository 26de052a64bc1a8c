import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

type Shapes = { readonly a: number[]; readonly b: number[] };
const pairs: Shapes[] = [
  { a: [5, 7], b: [7, 3] },
  { a: [1, 9], b: [9, 1] },
  { a: [64, 40], b: [40, 10] },
  { a: [1, 1, 6, 5], b: [5, 4] },
  { a: [3, 4, 5], b: [3, 5, 2] },
  { a: [3, 20, 16], b: [3, 16, 18] },
  { a: [2, 3, 17, 16], b: [2, 3, 16, 15] },
  { a: [6, 12, 16], b: [16, 18] },
  { a: [2, 3, 12, 16], b: [1, 1, 16, 18] },
  { a: [2, 1, 12, 16], b: [1, 3, 16, 18] },
  { a: [1, 12, 16], b: [4, 16, 18] },
  { a: [12, 16], b: [4, 16, 18] },
];
const flip = (shape: number[], transpose: boolean) =>
  transpose ? [...shape.slice(0, -2), shape.at(-1) as number, shape.at(-2) as number] : shape;

describe('the matrix product of the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  const multiply = ({ a, b }: Shapes, transposeA: boolean, transposeB: boolean): Tensor[] => [
    tf.matMul(numbers(tf, flip(a, transposeA), 1), numbers(tf, flip(b, transposeB), 2), transposeA, transposeB),
  ];

  for (const pair of pairs) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const title = `[${pair.a}]${transposeA ? 'ᵀ' : ''} × [${pair.b}]${transposeB ? 'ᵀ' : ''}`;
      it(`agrees with the cpu engine: ${title}`, () => {
        expectSame(tf, () => multiply(pair, transposeA, transposeB));
        expectNoLeak(tf, () => multiply(pair, transposeA, transposeB), 10);
      });
    }
  }

  it('has the same gradients', () => {
    const attention = (q: Tensor, k: Tensor, v: Tensor) => tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v);
    expectSame(tf, () => {
      const inputs = [1, 2, 3].map((seed) => numbers(tf, [2, 4, 16, 16], seed)) as [Tensor, Tensor, Tensor];
      return tf.grads(attention)(inputs);
    });
  });

  it('reads new values of a right-hand side, whose packed form the module caches', () => {
    expectSame(tf, () => {
      const a = numbers(tf, [2, 16, 16], 1);
      const b = tf.variable(numbers(tf, [2, 16, 16], 2));
      const first = tf.matMul(a, b);
      b.assign(numbers(tf, [2, 16, 16], 3));
      const second = tf.matMul(a, b);
      b.dispose();
      return [first, second];
    });
  });
});
