import { deepStrictEqual, ok } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { conformanceBatch } from './support/batches.js';
import { close, numbersOf } from './support/numbers-of.js';
import { captured, sameState, sameTensor } from './support/states.js';
import { type Subject, train } from './support/subject.js';

const decay = 0.5;

/** The moving average of the parameters, where the engine declares the feature `ema`. */
export function describeAverage({ open, dispose, test, options, engine }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;
  const exact = options.cannot?.['exact-resume'] === undefined;
  const needed = (skip: (reason: string) => never) => {
    if (engine().features?.ema !== true) skip('its engine does not declare the feature ema');
  };

  test('the moving average begins with the trained parameters and follows its formula', async (skip) => {
    needed(skip);
    const session = await open({ dropout, ema: decay });
    const names = trainedNames(session);
    const first = await captured(session);
    deepStrictEqual([...first.ema!.keys()].sort(), names, 'it has an average of others than the trained parameters');
    for (const name of names) sameTensor(first.ema!.get(name)!, first.parameters.get(name)!, `the first ema "${name}"`);
    const expected = new Map(names.map((name) => [name, numbersOf(first.ema!.get(name)!)]));
    for (let step = 0; step < 12; step++) {
      await train(session, step, step + 1);
      const { parameters, ema } = await captured(session);
      const d = Math.min(decay, (2 + step) / (11 + step));
      for (const name of names) {
        const parameter = numbersOf(parameters.get(name)!);
        const average = expected.get(name)!.map((value, at) => value + (1 - d) * (parameter[at]! - value));
        expected.set(name, average);
        close(numbersOf(ema!.get(name)!), average, `the ema "${name}" after update ${step + 1}`, 1e-4);
      }
    }
  });

  test('a session without ema has no moving average, and trains as one that has', async (skip) => {
    needed(skip);
    const [plain, averaging] = [await open({ dropout }), await open({ dropout, ema: decay })];
    await train(plain, 0, 6);
    await train(averaging, 0, 6);
    const state = await captured(plain);
    ok(state.ema === undefined, 'it has a moving average that was not asked for');
    const { ema: _, ...others } = await captured(averaging);
    if (exact) sameState(others, state, 'trained with a moving average');
  });

  test(
    'the moving average is saved and restored with the same bits',
    async (skip) => {
      needed(skip);
      const straight = await open({ dropout, ema: decay });
      await train(straight, 0, 12);
      const expected = await captured(straight);
      const stopped = await open({ dropout, ema: decay });
      await train(stopped, 0, 5);
      const state = await captured(stopped);
      await dispose(stopped);
      const resumed = await open({ dropout, ema: decay });
      await train(resumed, 0, 3);
      await resumed.restore(state);
      sameState(await captured(resumed), state, 'restored');
      await train(resumed, 5, 12);
      sameState(await captured(resumed), expected, 'resumed at 5');
    },
    ['exact-resume'],
  );

  test('a state without a moving average sets it to the parameters', async (skip) => {
    needed(skip);
    const session = await open({ ema: decay });
    await train(session, 0, 3);
    const { ema: _, ...state } = await captured(session);
    await train(session, 3, 6);
    await session.restore(state);
    const { parameters, ema } = await captured(session);
    for (const [name, value] of ema!) sameTensor(value, parameters.get(name)!, `the ema "${name}"`);
  });

  test('evaluates the moving average in place of the parameters, and changes neither', async (skip) => {
    needed(skip);
    const session = await open({ ema: decay });
    await train(session, 0, 8);
    const state = await captured(session);
    const own = await session.evaluate(conformanceBatch(1));
    const average = await session.evaluate(conformanceBatch(1), { weights: 'ema' });
    sameState(await captured(session), state, 'after an evaluation of the average');
    deepStrictEqual(await session.evaluate(conformanceBatch(1)), own, 'the parameters, evaluated after the average');
    const asParameters = await open();
    await asParameters.restore(averaged(state));
    const expected = await asParameters.evaluate(conformanceBatch(1));
    close([average.loss!], [expected.loss!], 'the loss of the average');
    ok(average.loss !== own.loss, 'the average has the loss of the parameters');
  });
}

function trainedNames(session: TrainSession): string[] {
  return session.parameters
    .filter(({ trainable }) => trainable)
    .map(({ name }) => name)
    .sort();
}

function averaged({ parameters, ema }: SessionState): SessionState {
  return {
    parameters: new Map([...parameters].map(([name, value]) => [name, ema!.get(name) ?? value])),
    optimizer: new Map(),
  };
}
