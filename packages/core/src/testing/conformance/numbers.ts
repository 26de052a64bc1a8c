import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Stats } from '../../backend/backend.js';
import { tensor } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { type Subject, train } from './support/subject.js';

/** The metrics that a session reports. */
export function describeNumbers({ open, test, options }: Subject): void {
  test('a step and an evaluation report finite metrics, including the loss', async () => {
    const session = await open();
    for (const stats of [await train(session, 0, 1), await session.evaluate(conformanceBatch(0))]) {
      ok('loss' in stats, `there is no loss among ${Object.keys(stats)}`);
      for (const [name, value] of Object.entries(stats)) {
        ok(typeof value === 'number' && Number.isFinite(value), `${name} is ${value}`);
      }
    }
  });

  test('they report the same metric names at every step', async () => {
    const session = await open({ dropout: options.cannot?.dropout === undefined });
    const names = (stats: Stats) => Object.keys(stats).sort();
    const first = names(await train(session, 0, 1));
    deepStrictEqual(names(await train(session, 1, 4)), first, 'a later step');
    deepStrictEqual(names(await session.evaluate(conformanceBatch(0))), first, 'an evaluation');
  });

  test('a NaN loss is reported as NaN', async () => {
    const session = await open();
    const { x, y } = conformanceBatch(0);
    const withNaN = { x: x!, y: tensor(new Float32Array(16).fill(Number.NaN), y!.shape) };
    for (const { loss } of [await session.evaluate(withNaN), await session.step(withNaN, { step: 0, metrics: true })]) {
      ok(Number.isNaN(loss), `the loss of NaN targets is ${loss}`);
    }
  });

  test('a report is not changed by later steps', async () => {
    const session = await open();
    const stats = await train(session, 0, 1);
    const copy = { ...stats };
    await train(session, 1, 3);
    await session.evaluate(conformanceBatch(4));
    deepStrictEqual(stats, copy);
  });
}
