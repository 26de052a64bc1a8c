import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { batchSizeOf } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { captured, sameParameters, sameState, sameTensor, soundTensor } from './states.js';
import { type Subject, train } from './subject.js';

/** What step, evaluate, predict and capture do, and leave alone. */
export function describeTraining({ open, test, options }: Subject): void {
  test('sixty steps lower the loss', async () => {
    const session = await open();
    const { loss: before } = await session.evaluate(conformanceBatch(0));
    await train(session, 0, 60);
    const { loss: after } = await session.evaluate(conformanceBatch(0));
    ok(after! < 0.9 * before!, `the loss went from ${before} to ${after}`);
  });

  test('a step changes the parameters and leaves the batch as it was', async () => {
    const session = await open();
    const before = await captured(session);
    const batch = conformanceBatch(0);
    await session.step(batch, { step: 0, metrics: true });
    await session.evaluate(batch);
    await session.predict(batch);
    ok(!sameParameters(await captured(session), before), 'the parameters are as before');
    const untouched = conformanceBatch(0);
    for (const name in untouched) sameTensor(batch[name]!, untouched[name]!, `the batch's ${name}`);
  });

  test('looking (evaluate, predict, capture) changes nothing, not even what comes after', async () => {
    const [looking, blind] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    await train(looking, 0, 3);
    const before = await captured(looking);
    const first = await looking.evaluate(conformanceBatch(1));
    await looking.predict({ x: conformanceBatch(1).x! });
    deepStrictEqual(await looking.evaluate(conformanceBatch(1)), first);
    sameState(await captured(looking), before, 'after looking');
    await train(looking, 3, 6);
    await train(blind, 0, 6);
    sameState(await captured(looking), await captured(blind), 'trained on after looking');
  });

  test('predict needs only what the model reads, and gives the same outputs again', async () => {
    const session = await open();
    const { x } = conformanceBatch(0, 5);
    const outputs = await session.predict({ x: x! });
    ok(Object.keys(outputs).length > 0, 'there is no output');
    const again = await session.predict({ x: x! });
    deepStrictEqual(Object.keys(again), Object.keys(outputs));
    for (const [name, output] of Object.entries(outputs)) {
      soundTensor(output, name);
      strictEqual(output.shape[0], 5, `${name} is not one for each example`);
      sameTensor(again[name]!, output, `${name}, predicted again,`);
    }
  });

  test('numbers that are not wanted change nothing in the training', async () => {
    const [wanted, unwanted] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    await train(wanted, 0, 8, true);
    await train(unwanted, 0, 8, false);
    sameState(await captured(unwanted), await captured(wanted), 'trained with metrics: false');
  });

  test('evaluations and predictions see every step that was asked for, its numbers wanted or not', async () => {
    const [wanted, unwanted] = [await open(), await open()];
    for (const [from, to] of [
      [0, 3],
      [3, 5],
    ] as const) {
      await train(wanted, from, to, true);
      await train(unwanted, from, to, false);
      deepStrictEqual(await unwanted.evaluate(conformanceBatch(2)), await wanted.evaluate(conformanceBatch(2)));
      await train(wanted, to, to + 1, true);
      await train(unwanted, to, to + 1, false);
      const expected = await wanted.predict(conformanceBatch(2));
      const outputs = await unwanted.predict(conformanceBatch(2));
      for (const name in expected) sameTensor(outputs[name]!, expected[name]!, `the output ${name}`);
    }
  });

  test('a restore undoes every step that was asked for before, its numbers wanted or not', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await captured(session);
    await train(session, 2, 5, false);
    await session.restore(state);
    sameState(await captured(session), state, 'restored after steps');
  });

  test('updates asked for at once are bit for bit those asked for one by one', async (skip) => {
    const [fused, single] = [await open({ dropout: canDrop(options) }), await open({ dropout: canDrop(options) })];
    const { fused: together } = fused;
    if (together === undefined) return skip('its sessions fuse no steps');
    ok(together.most >= 1, `at most ${together.most} updates at once are none`);
    const numbers = [];
    for (let step = 0; step < 8; step++) numbers.push(await train(single, step, step + 1));
    const batches = Array.from({ length: 8 }, (_, step) => conformanceBatch(step % 6));
    const told = [];
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 8],
    ] as const) {
      told.push(...(await together.steps(batches.slice(from, to), { step: from, metrics: true })));
    }
    deepStrictEqual(told, numbers);
    sameState(await captured(fused), await captured(single), 'trained with fused steps');
  });

  test('what is captured is a copy', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await session.capture();
    const asItWas = await captured(session);
    await train(session, 2, 4);
    sameState(state, asItWas, 'captured before two more steps');
  });

  test('a batch of another size works', async () => {
    const session = await open();
    const batch = conformanceBatch(0, 3);
    await session.step(batch, { step: 0, metrics: true });
    ok(Number.isFinite((await session.evaluate(batch)).loss), 'the loss is not finite');
    const outputs = await session.predict(conformanceBatch(0, 1));
    strictEqual(batchSizeOf(outputs), 1);
  }, ['other-batch-size']);

  test('dropout is random in a step, and absent from an evaluation', async () => {
    const session = await open({ dropout: true });
    const start = await captured(session);
    const lossAt = async (step: number) => {
      await session.restore(start);
      return (await session.step(conformanceBatch(0), { step, metrics: true })).loss;
    };
    const first = await lossAt(0);
    notDeepStrictEqual(await lossAt(1), first, 'steps 0 and 1 drop the same');
    deepStrictEqual(await lossAt(0), first, 'step 0, done again, drops something else');
    await session.restore(start);
    const quiet = await session.evaluate(conformanceBatch(0));
    await train(session, 0, 3);
    await session.restore(start);
    deepStrictEqual(await session.evaluate(conformanceBatch(0)), quiet, 'evaluations of one state differ');
  }, ['dropout']);
}

function canDrop({ cannot }: Subject['options']): boolean {
  return cannot?.dropout === undefined;
}
