import type { Value } from '../../graph/ir/graph.js';
import { call } from '../../graph/make-node.js';
import * as ops from '../../ops/elementwise.js';
import { greater, where } from '../../ops/logic.js';
import { RandomStream } from '../../random.test.support.js';
import { tensor } from '../../tensor/tensor.js';
import { checkGradients, randomTensor, type Spread } from '../finite-differences.test.support.js';

const random = RandomStream.of(3, 'elementwise');
const sizes = () => [1 + random.below(3), 1 + random.below(4)];

describe('gradients of elementwise operators', () => {
  const unary: Record<string, [(x: Value) => Value, Spread]> = {
    Neg: [ops.neg, 'normal'],
    Sqrt: [ops.sqrt, 'positive'],
    Reciprocal: [ops.reciprocal, 'positive'],
    Exp: [ops.exp, 'normal'],
    Log: [ops.log, 'positive'],
    Abs: [ops.abs, 'distinct'],
    Sin: [ops.sin, 'normal'],
    Cos: [ops.cos, 'normal'],
  };
  for (const [name, [op, spread]] of Object.entries(unary)) {
    it(name, async () => {
      for (let round = 0; round < 3; round++) await checkGradients(op, [randomTensor(random, sizes(), spread)]);
    });
  }

  const onlyInFloat32: Record<string, [(x: Value) => Value, Spread]> = {
    Erf: [ops.erf, 'normal'],
    Tan: [ops.tan, 'unit'],
    Asin: [ops.asin, 'unit'],
    Acos: [ops.acos, 'unit'],
    Atan: [ops.atan, 'normal'],
    Sinh: [ops.sinh, 'unit'],
    Cosh: [ops.cosh, 'unit'],
    Asinh: [ops.asinh, 'normal'],
    Acosh: [(x) => ops.acosh(ops.add(x, 1)), 'positive'],
    Atanh: [ops.atanh, 'unit'],
  };
  for (const [name, [op, spread]] of Object.entries(onlyInFloat32)) {
    it(`${name} (float32)`, async () => {
      for (let round = 0; round < 3; round++) {
        await checkGradients(op, [randomTensor(random, sizes(), spread, 'float32')]);
      }
    });
  }

  const binary: Record<string, [(a: Value, b: Value) => Value, Spread]> = {
    Add: [ops.add, 'normal'],
    Sub: [ops.sub, 'normal'],
    Mul: [ops.mul, 'normal'],
    Div: [ops.div, 'positive'],
    Pow: [ops.pow, 'positive'],
    Mod: [(a, b) => ops.mod(a, b, { fmod: true }), 'positive'],
    Min: [(a, b) => ops.min([a, b]), 'normal'],
    Max: [(a, b) => ops.max([a, b, ops.mul(a, 0.5)]), 'normal'],
    Sum: [(a, b) => call('Sum', [a, b, a]), 'normal'],
    Where: [(a, b) => where(greater(a, b), ops.mul(a, a), b), 'normal'],
  };
  /** The second operand's shape in terms of the first's: equal, with sizes of 1, of fewer dimensions, of more. */
  const relatives: ((shape: readonly number[]) => number[])[] = [
    (shape) => [...shape],
    ([rows]) => [rows!, 1],
    ([, columns]) => [columns!],
    () => [],
    (shape) => [2, ...shape],
    ([, columns]) => [3, 1, columns!],
  ];
  for (const [name, [op, spread]] of Object.entries(binary)) {
    it(`${name}, broadcast`, async () => {
      for (const relative of relatives) {
        const shape = sizes();
        await checkGradients(op, [randomTensor(random, shape, spread), randomTensor(random, relative(shape), spread)]);
      }
    });
  }

  it('Mean (float32)', async () => {
    const data = [[2, 3], [3]].map((shape) => randomTensor(random, shape, 'normal', 'float32'));
    await checkGradients((a, b) => call('Mean', [a, b]), data);
  });

  it('Clip, and its bounds', async () => {
    const data = [
      randomTensor(random, [9], 'distinct'),
      ...[-0.4, 0.5].map((bound) => tensor(Float64Array.of(bound), [])),
    ];
    await checkGradients((x, low, high) => ops.clip(x, low, high), data);
    await checkGradients((x) => ops.clip(x, undefined, 0.4), data.slice(0, 1));
  });

  it('Pow with a fixed exponent, also of negative numbers', async () => {
    for (const exponent of [0, 1, 2, 3, -2]) {
      await checkGradients((x) => ops.pow(x, exponent), [randomTensor(random, [5], 'distinct')]);
    }
    await checkGradients((x) => ops.pow(x, 0.5), [randomTensor(random, [5], 'positive')]);
  });
});
