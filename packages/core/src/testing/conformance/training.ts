import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { batchSizeOf } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { captured, sameParameters, sameState, sameTensor, validTensor } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** What step, evaluate, predict and capture change, and what not. */
export function describeTraining({ open, test, options }: Subject): void {
  test('sixty steps lower the loss', async () => {
    const session = await open();
    const { loss: before } = await session.evaluate(conformanceBatch(0));
    await train(session, 0, 60);
    const { loss: after } = await session.evaluate(conformanceBatch(0));
    ok(after! < 0.9 * before!, `the loss went from ${before} to ${after}`);
  });

  test('a step changes the parameters, but not the batch', async () => {
    const session = await open();
    const before = await captured(session);
    const batch = conformanceBatch(0);
    await session.step(batch, { step: 0, metrics: true });
    await session.evaluate(batch);
    await session.predict(batch);
    ok(!sameParameters(await captured(session), before), 'the parameters have not changed');
    const original = conformanceBatch(0);
    for (const name in original) sameTensor(batch[name]!, original[name]!, `the batch's ${name}`);
  });

  test('evaluate, predict and capture change nothing, including later steps', async () => {
    const [session, straight] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    await train(session, 0, 3);
    const before = await captured(session);
    const first = await session.evaluate(conformanceBatch(1));
    await session.predict({ x: conformanceBatch(1).x! });
    deepStrictEqual(await session.evaluate(conformanceBatch(1)), first);
    sameState(await captured(session), before, 'after an evaluation and a prediction');
    await train(session, 3, 6);
    await train(straight, 0, 6);
    sameState(
      await captured(session),
      await captured(straight),
      'trained further after an evaluation and a prediction',
    );
  });

  test('predict needs only the inputs that the model reads, and is repeatable', async () => {
    const session = await open();
    const { x } = conformanceBatch(0, 5);
    const outputs = await session.predict({ x: x! });
    ok(Object.keys(outputs).length > 0, 'there is no output');
    const again = await session.predict({ x: x! });
    deepStrictEqual(Object.keys(again), Object.keys(outputs));
    for (const [name, output] of Object.entries(outputs)) {
      validTensor(output, name);
      strictEqual(output.shape[0], 5, `${name} does not have one row per example`);
      sameTensor(again[name]!, output, `${name}, predicted again,`);
    }
  });

  test('reading no metrics does not change training', async () => {
    const [reading, blind] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    await train(reading, 0, 8, true);
    await train(blind, 0, 8, false);
    sameState(await captured(blind), await captured(reading), 'trained with metrics: false');
  });

  test('evaluations and predictions see every requested step, with or without metrics', async () => {
    const [reading, blind] = [await open(), await open()];
    for (const [from, to] of [
      [0, 3],
      [3, 5],
    ] as const) {
      await train(reading, from, to, true);
      await train(blind, from, to, false);
      deepStrictEqual(await blind.evaluate(conformanceBatch(2)), await reading.evaluate(conformanceBatch(2)));
      await train(reading, to, to + 1, true);
      await train(blind, to, to + 1, false);
      const expected = await reading.predict(conformanceBatch(2));
      const outputs = await blind.predict(conformanceBatch(2));
      for (const name in expected) sameTensor(outputs[name]!, expected[name]!, `the output ${name}`);
    }
  });

  test('a restore undoes every requested step, with or without metrics', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await captured(session);
    await train(session, 2, 5, false);
    await session.restore(state);
    sameState(await captured(session), state, 'restored after steps');
  });

  test('fused updates are bit for bit the same as single ones', async (skip) => {
    const [session, single] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    const { fused } = session;
    if (fused === undefined) return skip('its sessions do not fuse steps');
    ok(fused.most >= 1, `fused.most is ${fused.most}, less than 1`);
    const numbers = [];
    for (let step = 0; step < 8; step++) numbers.push(await train(single, step, step + 1));
    const batches = Array.from({ length: 8 }, (_, step) => conformanceBatch(step % 6));
    const reported = [];
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 8],
    ] as const) {
      reported.push(...(await fused.steps(batches.slice(from, to), { step: from, metrics: true })));
    }
    deepStrictEqual(reported, numbers);
    sameState(await captured(session), await captured(single), 'trained with fused steps');
  });

  test('a capture is a copy', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await session.capture();
    const copy = await captured(session);
    await train(session, 2, 4);
    sameState(state, copy, 'captured before two more steps');
  });

  test('a batch of another size works', async () => {
    const session = await open();
    const batch = conformanceBatch(0, 3);
    await session.step(batch, { step: 0, metrics: true });
    ok(Number.isFinite((await session.evaluate(batch)).loss), 'the loss is not finite');
    const outputs = await session.predict(conformanceBatch(0, 1));
    strictEqual(batchSizeOf(outputs), 1);
  }, ['other-batch-size']);

  test('dropout is random in a step, and off in an evaluation', async () => {
    const session = await open({ dropout: true });
    const start = await captured(session);
    const lossAt = async (step: number) => {
      await session.restore(start);
      return (await session.step(conformanceBatch(0), { step, metrics: true })).loss;
    };
    const first = await lossAt(0);
    notDeepStrictEqual(await lossAt(1), first, 'steps 0 and 1 drop the same units');
    deepStrictEqual(await lossAt(0), first, 'step 0, repeated, drops other units');
    await session.restore(start);
    const expected = await session.evaluate(conformanceBatch(0));
    await train(session, 0, 3);
    await session.restore(start);
    deepStrictEqual(await session.evaluate(conformanceBatch(0)), expected, 'evaluations of one state differ');
  }, ['dropout']);
}

function canDrop({ cannot }: Subject['options']): boolean {
  return cannot?.dropout === undefined;
}
