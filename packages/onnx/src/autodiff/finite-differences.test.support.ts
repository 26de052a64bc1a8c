import { expect } from 'chai';
import type { Value } from '../graph/ir/graph.js';
import type { Shape } from '../graph/ir/types.js';
import { constant, input } from '../graph/ir/values.js';
import { add, mul } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduction.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import { elements, sizeOf, type TensorData, tensor } from '../tensor/tensor.js';
import type { DefinedGradient } from './define-gradient.js';
import { gradientsOf } from './gradients.js';
import { openGraph } from './run-graph.test.support.js';

export type Real = 'float64' | 'float32';

/**
 * How random elements are drawn. `distinct` keeps them apart from each other and from zero, so that a small change
 * crosses no kink.
 */
export type Spread = 'normal' | 'positive' | 'distinct' | 'unit';

export function randomTensor(
  random: RandomStream,
  shape: readonly number[],
  spread: Spread = 'normal',
  dtype: Real = 'float64',
) {
  const count = sizeOf(shape);
  const draw = {
    normal: () => random.normal(),
    positive: () => 0.5 + random.float(),
    unit: () => 0.6 * (2 * random.float() - 1),
    distinct: () => 0,
  }[spread];
  const values = Float64Array.from({ length: count }, draw);
  // Shuffled odd multiples of 0.15: no two are closer than 0.3, none is near 0 or a whole number.
  if (spread === 'distinct') {
    const order = Array.from({ length: count }, (_, at) => at);
    for (let at = count - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    for (const [at, place] of order.entries()) values[at] = 0.3 * (place - Math.floor(count / 2)) + 0.15;
  }
  return dtype === 'float64' ? tensor(values, shape) : tensor(Float32Array.from(values), shape);
}

export interface CheckOptions {
  /** Indices of the inputs to check. Default: those of floating dtype. */
  readonly wrt?: readonly number[];
  /** Shapes with names for sizes that are only known at run time. */
  readonly shapes?: readonly (Shape | undefined)[];
  /** Relative to the largest derivative, or to 1 if that is larger. */
  readonly tolerance?: number;
  /** Custom gradient rules. */
  readonly rules?: readonly DefinedGradient[];
}

type Build = (...inputs: Value[]) => Value | readonly Value[];

/**
 * Compares the gradients of a random weighted sum of the outputs of `build` with central differences, all computed by
 * ONNX Runtime; float32 outputs are summed in float64.
 */
export async function checkGradients(
  build: Build,
  data: readonly TensorData[],
  options: CheckOptions = {},
): Promise<void> {
  const inputs = data.map(({ dtype, shape }, at) => input(`x${at}`, dtype, options.shapes?.[at] ?? shape));
  const made = build(...inputs);
  const outputs = Array.isArray(made) ? (made as readonly Value[]) : [made as Value];
  const wrt = options.wrt ?? data.flatMap(({ dtype }, at) => (dtype.startsWith('float') ? [at] : []));
  const forward = await openGraph({ inputs, outputs: new Map(outputs.map((value, at) => [`y${at}`, value])) });
  const feeds = new Map(data.map((value, at) => [`x${at}`, value]));
  const random = RandomStream.of(1, 'weights');
  const weights = [...(await forward.run(feeds)).values()].map(({ dtype, shape }) =>
    tensorOf(
      Array.from({ length: sizeOf(shape) }, () => random.normal()),
      dtype,
      shape,
    ),
  );
  const found = await analytic(inputs, outputs, weights, wrt, feeds, options.rules);

  const lossAt = async (at: number, index: number, change: number): Promise<number> => {
    const moved = copyOf(data[at]!);
    const values = elements(moved) as Float64Array;
    values[index]! += change;
    const results = [...(await forward.run(new Map([...feeds, [`x${at}`, moved]]))).values()];
    return results.reduce((sum, value, output) => sum + dot(value, weights[output]!), 0);
  };
  for (const [place, at] of wrt.entries()) {
    const isDouble = data[at]!.dtype === 'float64' && outputs.every(({ dtype }) => dtype === 'float64');
    const step = isDouble ? 1e-4 : 2e-2;
    const slopes: number[] = [];
    for (let index = 0; index < sizeOf(data[at]!.shape); index++) {
      const near = (await lossAt(at, index, step)) - (await lossAt(at, index, -step));
      const far = (await lossAt(at, index, 2 * step)) - (await lossAt(at, index, -2 * step));
      // Fourth order: the error falls with step⁴.
      slopes.push((8 * near - far) / (12 * step));
    }
    const tolerance = options.tolerance ?? (isDouble ? 1e-7 : 2e-3);
    expectClose(numbersOf(found[place]!), slopes, tolerance, `the gradient of input ${at}`);
    expect(found[place]!.shape, `the shape of the gradient of input ${at}`).to.deep.equal(data[at]!.shape);
  }
  await forward.close();
}

async function analytic(
  inputs: readonly Value[],
  outputs: readonly Value[],
  weights: readonly TensorData[],
  wrt: readonly number[],
  feeds: ReadonlyMap<string, TensorData>,
  rules: readonly DefinedGradient[] = [],
): Promise<TensorData[]> {
  const terms = outputs.map((value, at) =>
    reduceSum(mul(value, constant(weights[at]!)), undefined, { keepdims: false }),
  );
  const gradients = gradientsOf(
    terms.reduce((sum, term) => add(sum, term)),
    wrt.map((at) => inputs[at]!),
    rules,
  );
  const named = gradients.map((gradient, at): [string, Value] => {
    if (gradient === null) throw new Error(`input ${wrt[at]} has no gradient`);
    return [`g${at}`, gradient];
  });
  const session = await openGraph({
    inputs: inputs.filter((value) => value.kind === 'input'),
    outputs: new Map(named),
  });
  const results = await session.run(feeds);
  await session.close();
  return named.map(([name]) => results.get(name)!);
}

/**
 * Asserts that no element differs by more than the tolerance, relative to the largest expected one, or to 1 if that is
 * larger.
 */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  expect(actual.length, `the number of elements of ${what}`).to.equal(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  for (const [at, value] of actual.entries()) {
    const error = Math.abs(value - expected[at]!) / scale;
    // Written so that NaN fails.
    if (!(error <= tolerance)) {
      expect.fail(`${what} is ${value} at ${at}, not ${expected[at]} (off by ${error.toExponential(1)})`);
    }
  }
}

function copyOf(data: TensorData): TensorData {
  return { ...data, bytes: data.bytes.slice() };
}

function dot(a: TensorData, b: TensorData): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return left.reduce((sum, value, at) => sum + value * right[at]!, 0);
}
