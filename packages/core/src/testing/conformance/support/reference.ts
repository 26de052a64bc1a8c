import { ok } from 'node:assert/strict';
import { conformanceBatch } from './batches.js';
import { LinearReference, linearParameters } from './linear-reference.js';
import { answersOf, close } from './numbers-of.js';
import { knownOptimizers, listedOptimizers } from './options.js';
import { captured } from './states.js';
import { type Subject, train } from './subject.js';

/** A backend computes correct results, not only consistent ones: compared with float64 computed in the suite. */
export function describeReference(subject: Subject): void {
  const { open, dispose, test, options } = subject;
  const known = knownOptimizers(options);
  const smaller = options.cannot?.['other-batch-size'] === undefined ? 3 : 8;
  /** A linear model after some updates, and its reference in the same state. */
  const linear = async (updates: number) => {
    const [[optimizer, rule] = missing()] = known;
    const session = await open({ linear: true, optimizer });
    await train(session, 0, updates);
    return { session, reference: LinearReference.of(session, await captured(session), rule) };
  };

  test('declares the rules of its optimizers, one with slots and one with a changing rate, or that it cannot', async () => {
    const rules = known.map(([, rule]) => rule);
    const can = (ability: 'reference' | 'optimizer-slots' | 'schedules') => options.cannot?.[ability] === undefined;
    if (can('reference')) ok(known.length > 0, missingRules);
    if (can('schedules'))
      ok(
        !can('reference') || rules.some(({ learningRate }) => typeof learningRate === 'function'),
        "none of `optimizers` has a learningRate that is a function of the step: list one, or give cannot['schedules']",
      );
    if (!can('optimizer-slots')) return;
    for (const optimizer of listedOptimizers(options)) {
      const session = await open({ optimizer });
      const { optimizer: slots } = await captured(session);
      await dispose(session);
      if (slots.size > 0) return;
    }
    ok(false, "none of `optimizers` has slots: list one, or give cannot['optimizer-slots']");
  });

  test('a linear model predicts x · W + b, row by row, before and after training', async () => {
    for (const updates of [0, 5]) {
      const { session, reference } = await linear(updates);
      for (const index of [0, 3]) {
        const batch = conformanceBatch(index);
        close(answersOf(await session.predict({ x: batch.x! }), 8), reference.predict(batch), `batch ${index}`);
      }
    }
  }, ['reference']);

  test("evaluate's loss of a linear model is its mean squared error, for any batch size", async () => {
    const sizes = options.cannot?.['other-batch-size'] === undefined ? [8, 1, 3, 20] : [8];
    for (const updates of [0, 5]) {
      const { session, reference } = await linear(updates);
      for (const size of sizes) {
        const batch = conformanceBatch(2, size);
        close([(await session.evaluate(batch)).loss!], [reference.loss(batch)], `the loss of ${size} rows`);
      }
    }
  }, ['reference']);

  test("a step's loss of a linear model is its mean squared error before the update", async () => {
    const session = await open({ linear: true, optimizer: known[0]?.[0] });
    for (let step = 0; step < 6; step++) {
      const batch = conformanceBatch(step);
      const before = LinearReference.of(session, await captured(session), known[0]?.[1] ?? missing());
      close(
        [(await session.step(batch, { step, metrics: true })).loss!],
        [before.loss(batch)],
        `the loss of step ${step}`,
      );
    }
  }, ['reference']);

  for (const [optimizer, rule] of known) {
    test(`${optimizer}: a linear model's parameters after each update are those computed in float64`, async () => {
      const session = await open({ linear: true, optimizer });
      const reference = LinearReference.of(session, await captured(session), rule);
      for (let step = 0; step < 10; step++) {
        const batch = conformanceBatch(step % 6, step % 4 === 3 ? smaller : 8);
        await session.step(batch, { step, metrics: step % 2 === 0 });
        reference.step(batch, step);
        const moved = reference.moved(linearParameters(session, await captured(session)));
        close(moved, reference.moved(), `the change after ${step + 1} updates`);
      }
    }, ['reference']);

    test(`${optimizer}: resumed in a session after other steps, updates are those computed in float64`, async () => {
      const [first, second] = [await open({ linear: true, optimizer }), await open({ linear: true, optimizer })];
      const reference = LinearReference.of(first, await captured(first), rule);
      await train(first, 0, 4);
      await train(second, 0, 2);
      await second.restore(await captured(first));
      await train(second, 4, 8);
      for (let step = 0; step < 8; step++) reference.step(conformanceBatch(step % 6), step);
      close(
        reference.moved(linearParameters(second, await captured(second))),
        reference.moved(),
        'the change after 8 updates',
      );
    }, ['reference']);
  }
}

const missingRules =
  'the suite cannot compute the updates of any of `optimizers`: give one by its rule, such as ' +
  "optimizers: { sgd: { rule: 'sgd', learningRate: 0.1 } }, and return one dense layer from `model` if `linear` is " +
  'true; or give the reason as cannot.reference';

function missing(): never {
  throw new Error(missingRules);
}
