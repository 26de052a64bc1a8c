import { deepStrictEqual } from 'node:assert/strict';
import type { TrainSession } from '../../backend/backend.js';
import type { Batch, TensorData } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { captured, copyOf, sameState, sameTensor } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** Memory has one owner: the caller owns what a session returns, and what it passes to the session. */
export function describeOwnership({ open, dispose, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('a prediction is not changed by later calls', async () => {
    const session = await open();
    await train(session, 0, 1);
    const predictions = [await session.predict(inputsOf(0)), await session.predict(inputsOf(1))];
    const copies = predictions.map(copyOfBatch);
    await session.predict(inputsOf(3));
    await session.evaluate(conformanceBatch(3));
    await train(session, 1, 3);
    await session.restore(await captured(session));
    await session.predict(inputsOf(4));
    await dispose(session);
    for (const [at, outputs] of predictions.entries()) sameBatch(outputs, copies[at]!, `prediction ${at}, kept,`);
  });

  test('overwriting a prediction changes nothing', async () => {
    const session = await open();
    const expected = copyOfBatch(await session.predict(inputsOf(0)));
    const state = await captured(session);
    overwrite(Object.values(await session.predict(inputsOf(0))));
    sameBatch(await session.predict(inputsOf(0)), expected, 'predicted after outputs were overwritten,');
    sameState(await captured(session), state, 'after outputs were overwritten');
  });

  test('the metrics of an evaluation are not changed by later calls', async () => {
    const session = await open();
    const stats = [await session.evaluate(conformanceBatch(0)), await session.evaluate(conformanceBatch(1))];
    const copies = stats.map((each) => ({ ...each }));
    await train(session, 0, 2);
    await session.evaluate(conformanceBatch(4));
    deepStrictEqual(stats, copies);
  });

  test('a capture is not changed by a later capture, evaluation, prediction or restore', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await session.capture();
    const copy = copyOf(state);
    await train(session, 2, 4);
    await session.capture();
    await session.evaluate(conformanceBatch(1));
    await session.predict(inputsOf(1));
    await session.restore(await captured(session));
    sameState(state, copy, 'captured and kept');
  });

  test('overwriting a capture changes nothing', async () => {
    const session = await open();
    await train(session, 0, 2);
    const expected = await captured(session);
    const state = await session.capture();
    overwrite([...state.parameters.values(), ...state.optimizer.values()]);
    sameState(await captured(session), expected, 'after a capture was overwritten');
  });

  test('a restored state may be overwritten, and training does not change it', async () => {
    const [session, straight] = [await open({ dropout }), await open({ dropout })];
    await train(straight, 0, 2);
    const saved = await captured(straight);
    const given = await straight.capture();
    await session.restore(given);
    sameState(given, saved, 'after it was restored');
    await train(session, 2, 4);
    sameState(given, saved, 'trained further after it was restored');
    await session.restore(given);
    overwrite([...given.parameters.values(), ...given.optimizer.values()]);
    sameState(await captured(session), saved, 'after the restored state was overwritten');
    await train(session, 2, 4);
    await train(straight, 2, 4);
    sameState(
      await captured(session),
      await captured(straight),
      'trained further after the restored state was overwritten',
    );
  });

  test('a batch may be overwritten after its step, with or without metrics', async () => {
    const [fresh, reused] = [await open({ dropout }), await open({ dropout })];
    await train(fresh, 0, 6);
    const batch = copyOfBatch(conformanceBatch(0));
    for (let step = 0; step < 6; step++) {
      fill(batch, conformanceBatch(step));
      await reused.step(batch, { step, metrics: step % 3 === 2 });
      overwrite(Object.values(batch));
    }
    sameState(await captured(reused), await captured(fresh), 'trained with one batch that is overwritten');
  });

  test('a batch with new values in the same memory is evaluated and predicted again', async () => {
    const session = await open();
    const results = async (of: (index: number) => Batch) => {
      const all = [];
      for (const index of [0, 1]) {
        const stats = await session.evaluate(of(index));
        all.push({ stats, outputs: copyOfBatch(await session.predict(of(index))) });
      }
      return all;
    };
    const expected = await results(conformanceBatch);
    const memory = copyOfBatch(conformanceBatch(5));
    deepStrictEqual(await results((index) => fill(memory, conformanceBatch(index))), expected);
  });

  test('a batch at an odd memory offset gives the same results', async () => {
    const [even, odd] = [await open({ dropout }), await open({ dropout })];
    const shifted = shiftedBatch(conformanceBatch(0));
    const request = { step: 0, metrics: true };
    deepStrictEqual(await odd.step(shifted, request), await even.step(conformanceBatch(0), request));
    sameState(await captured(odd), await captured(even), 'trained on a batch at an odd offset');
    deepStrictEqual(await odd.evaluate(shifted), await even.evaluate(conformanceBatch(0)));
    await samePrediction(odd, shifted, await even.predict(conformanceBatch(0)));
  });
}

async function samePrediction(session: TrainSession, batch: Batch, expected: Batch): Promise<void> {
  sameBatch(await session.predict(batch), expected, 'predicted from an odd offset,');
}

function inputsOf(index: number): Batch {
  return { x: conformanceBatch(index).x! };
}

function sameBatch(actual: Batch, expected: Batch, what: string): void {
  deepStrictEqual(Object.keys(actual), Object.keys(expected));
  for (const name in expected) sameTensor(actual[name]!, expected[name]!, `${what} ${name}`);
}

function copyOfBatch(batch: Batch): Batch {
  const copy = (value: TensorData) => ({ ...value, bytes: new Uint8Array(value.bytes) });
  return Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, copy(value)]));
}

function shiftedBatch(batch: Batch): Batch {
  const shift = ({ bytes, ...rest }: TensorData) => {
    const buffer = new Uint8Array(bytes.length + 3);
    buffer.set(bytes, 3);
    return { ...rest, bytes: buffer.subarray(3) };
  };
  return Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, shift(value)]));
}

function fill(memory: Batch, values: Batch): Batch {
  for (const name in memory) memory[name]!.bytes.set(values[name]!.bytes);
  return memory;
}

function overwrite(tensors: readonly TensorData[]): void {
  for (const { bytes } of tensors) bytes.fill(0x3e);
}
