import { notDeepStrictEqual, ok } from 'node:assert/strict';
import type { Batch, TensorData } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { meanSquaredError } from './linear-reference.js';
import { answersOf, close, numbersOf } from './numbers-of.js';
import { captured } from './states.js';
import { type Subject, train } from './subject.js';

/** Evaluation mode: no dropout, no statistics of the batch, and a step, an evaluation and a prediction that agree. */
export function describeEvaluating({ open, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;
  const trained = async (dropping: boolean) => {
    const session = await open({ dropout: dropping });
    await train(session, 0, 5);
    return session;
  };

  test("an evaluation's loss is the squared error of what predict gives, its mean, half of it or twice", async () => {
    const session = await trained(dropout);
    const factors: number[] = [];
    for (const index of [0, 1, 4]) {
      const batch = conformanceBatch(index);
      const error = meanSquaredError(answersOf(await session.predict({ x: batch.x! }), 8), numbersOf(batch.y!));
      factors.push((await session.evaluate(batch)).loss! / error);
    }
    const factor = [0.5, 1, 2].find((allowed) => Math.abs(factors[0]! / allowed - 1) < 1e-2);
    ok(factor, `the loss is ${factors[0]} times the mean squared error of the outputs, which is none of ½, 1, 2`);
    close(factors, [factor, factor, factor], 'the loss by the mean squared error of the outputs');
  });

  test('a row is predicted and evaluated by itself, whatever rows are beside it and in which order', async () => {
    const session = await trained(dropout);
    const batch = conformanceBatch(1);
    const together = answersOf(await session.predict({ x: batch.x! }), 8);
    const order = [5, 2, 7, 0, 3, 6, 1, 4];
    const turned = answersOf(await session.predict({ x: rows(batch.x!, order) }), 8);
    close(
      turned,
      order.flatMap((row) => together.slice(row * 2, row * 2 + 2)),
      'in another order',
    );
    notDeepStrictEqual(together.slice(0, 2), together.slice(2, 4), 'two rows of different inputs are the same');
    for (let row = 0; row < 8; row++) {
      const beside = await session.predict({ x: rows(batch.x!, Array(8).fill(row)) });
      close(answersOf(beside, 8).slice(0, 2), together.slice(row * 2, row * 2 + 2), `row ${row} among copies`);
    }
    let sum = 0;
    for (let row = 0; row < 8; row++) {
      const alike = Array(8).fill(row);
      sum += (await session.evaluate({ x: rows(batch.x!, alike), y: rows(batch.y!, alike) })).loss!;
    }
    close([(await session.evaluate(batch)).loss!], [sum / 8], 'the loss by the mean of its rows');
  });

  test('a row alone is predicted as among others, and a loss is the mean of the losses of its rows', async () => {
    const session = await trained(dropout);
    const batch = conformanceBatch(2);
    const together = answersOf(await session.predict({ x: batch.x! }), 8);
    let sum = 0;
    for (let row = 0; row < 8; row++) {
      const alone: Batch = { x: rows(batch.x!, [row]), y: rows(batch.y!, [row]) };
      const answer = answersOf(await session.predict({ x: alone.x! }), 1);
      close(answer, together.slice(row * 2, row * 2 + 2), `row ${row} alone`);
      sum += (await session.evaluate(alone)).loss!;
    }
    close([(await session.evaluate(batch)).loss!], [sum / 8], 'the loss of the batch');
  }, ['other-batch-size']);

  test('a model with dropout evaluates and predicts as the same model without', async () => {
    const [wet, dry] = [await trained(true), await open({ dropout: false })];
    await dry.restore({ parameters: (await captured(wet)).parameters, optimizer: new Map() });
    for (const index of [0, 3]) {
      const batch = conformanceBatch(index);
      close([(await wet.evaluate(batch)).loss!], [(await dry.evaluate(batch)).loss!], 'the loss');
      const expected = answersOf(await dry.predict({ x: batch.x! }), 8);
      close(answersOf(await wet.predict({ x: batch.x! }), 8), expected, 'the outputs');
    }
  }, ['dropout']);

  test('without dropout, a step reports the loss that an evaluation gives before it, not after', async (skip) => {
    const session = await trained(false);
    const [some, other] = [conformanceBatch(0), conformanceBatch(4)];
    if (session.parameters.some(({ trainable }) => !trainable)) return skip('the model has state that is not trained');
    for (const [at, batch] of [some, other].entries()) {
      const { loss } = await session.evaluate(batch);
      close([(await session.step(batch, { step: 5 + at, metrics: true })).loss!], [loss!], 'the loss of the step');
    }
  });
}

/** Those rows of an array, in that order. */
function rows(array: TensorData, which: readonly number[]): TensorData {
  const { dtype, shape, bytes } = array;
  const width = bytes.length / shape[0]!;
  return {
    dtype,
    shape: [which.length, ...shape.slice(1)],
    bytes: new Uint8Array(Buffer.concat(which.map((row) => bytes.subarray(row * width, (row + 1) * width)))),
  };
}
