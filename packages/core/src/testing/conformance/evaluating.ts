import { notDeepStrictEqual, ok } from 'node:assert/strict';
import type { Batch, TensorData } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { meanSquaredError } from './support/linear-reference.js';
import { answersOf, close, numbersOf } from './support/numbers-of.js';
import { captured } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** Evaluation mode: no dropout, no batch statistics, and agreement of step, evaluation and prediction. */
export function describeEvaluating({ open, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;
  const trained = async (withDropout: boolean) => {
    const session = await open({ dropout: withDropout });
    await train(session, 0, 5);
    return session;
  };

  test("an evaluation's loss is the mean squared error of the predictions, half of it or twice", async () => {
    const session = await trained(dropout);
    const factors: number[] = [];
    for (const index of [0, 1, 4]) {
      const batch = conformanceBatch(index);
      const error = meanSquaredError(answersOf(await session.predict({ x: batch.x! }), 8), numbersOf(batch.y!));
      factors.push((await session.evaluate(batch)).loss! / error);
    }
    const factor = [0.5, 1, 2].find((allowed) => Math.abs(factors[0]! / allowed - 1) < 1e-2);
    ok(factor, `the loss is ${factors[0]} times the mean squared error of the outputs, not ½, 1 or 2 times`);
    close(factors, [factor, factor, factor], 'the loss divided by the mean squared error of the outputs');
  });

  test('a row is predicted and evaluated independently of other rows and their order', async () => {
    const session = await trained(dropout);
    const batch = conformanceBatch(1);
    const together = answersOf(await session.predict({ x: batch.x! }), 8);
    const order = [5, 2, 7, 0, 3, 6, 1, 4];
    const reordered = answersOf(await session.predict({ x: rows(batch.x!, order) }), 8);
    close(
      reordered,
      order.flatMap((row) => together.slice(row * 2, row * 2 + 2)),
      'in another order',
    );
    notDeepStrictEqual(
      together.slice(0, 2),
      together.slice(2, 4),
      'two rows with different inputs have the same output',
    );
    for (let row = 0; row < 8; row++) {
      const copies = await session.predict({ x: rows(batch.x!, Array(8).fill(row)) });
      close(answersOf(copies, 8).slice(0, 2), together.slice(row * 2, row * 2 + 2), `row ${row} among copies`);
    }
    let sum = 0;
    for (let row = 0; row < 8; row++) {
      const copies = Array(8).fill(row);
      sum += (await session.evaluate({ x: rows(batch.x!, copies), y: rows(batch.y!, copies) })).loss!;
    }
    close([(await session.evaluate(batch)).loss!], [sum / 8], 'the loss and the mean over its rows');
  });

  test('a single row is predicted as in a batch, and a loss is the mean over its rows', async () => {
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
    const [dropping, plain] = [await trained(true), await open({ dropout: false })];
    await plain.restore({ parameters: (await captured(dropping)).parameters, optimizer: new Map() });
    for (const index of [0, 3]) {
      const batch = conformanceBatch(index);
      close([(await dropping.evaluate(batch)).loss!], [(await plain.evaluate(batch)).loss!], 'the loss');
      const expected = answersOf(await plain.predict({ x: batch.x! }), 8);
      close(answersOf(await dropping.predict({ x: batch.x! }), 8), expected, 'the outputs');
    }
  }, ['dropout']);

  test('without dropout, a step reports the loss of an evaluation before it, not after it', async (skip) => {
    const session = await trained(false);
    const [some, other] = [conformanceBatch(0), conformanceBatch(4)];
    if (session.parameters.some(({ trainable }) => !trainable)) return skip('the model has non-trainable state');
    for (const [at, batch] of [some, other].entries()) {
      const { loss } = await session.evaluate(batch);
      close([(await session.step(batch, { step: 5 + at, metrics: true })).loss!], [loss!], 'the loss of the step');
    }
  });
}

/** The rows of an array at these indices, in this order. */
function rows(array: TensorData, indices: readonly number[]): TensorData {
  const { dtype, shape, bytes } = array;
  const width = bytes.length / shape[0]!;
  return {
    dtype,
    shape: [indices.length, ...shape.slice(1)],
    bytes: new Uint8Array(Buffer.concat(indices.map((row) => bytes.subarray(row * width, (row + 1) * width)))),
  };
}
