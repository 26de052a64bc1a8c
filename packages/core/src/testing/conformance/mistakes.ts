import { ok, rejects, strictEqual } from 'node:assert/strict';
import { tensor } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { captured, sameState } from './support/states.js';
import { failsNaming, type Subject, train } from './support/subject.js';

/** What a backend does with what `load` returns, and with the errors of a user. */
export function describeMistakes({ engine, open, dispose, test, options }: Subject): void {
  const build = (load: () => unknown) => engine().build({ load, sample: conformanceBatch(0), seed: 1 });

  test('an error of load is rethrown unchanged, synchronous or not', async () => {
    const failure = new Error('load failed');
    const throwing = () => {
      throw failure;
    };
    for (const load of [throwing, async () => throwing()]) {
      await rejects(build(load), (error) => error === failure);
    }
  });

  test('a load that returns a promise is awaited', async () => {
    const session = await build(async () => options.model({ dropout: false, linear: false }));
    ok(Number.isFinite((await train(session, 0, 1)).loss));
    await dispose(session);
  });

  for (const [title, wrong] of [
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['an empty object', {}],
  ] as const) {
    test(`a load that returns ${title} is MODEL_INVALID`, async () => {
      await failsNaming(() => build(() => wrong), 'MODEL_INVALID', '');
    });
  }

  test('artefacts are passed through unchanged', async () => {
    const thing = { some: 'thing' };
    const session = await build(async () => {
      const model = (await options.model({ dropout: false, linear: false })) as { artefacts?: object };
      return Object.assign(model, { artefacts: { ...model.artefacts, thing } });
    });
    strictEqual(session.artefacts.thing, thing);
    await dispose(session);
  });

  test('a batch without an array the model reads is an error that names it, and changes nothing', async () => {
    const session = await open();
    await train(session, 0, 2);
    const before = await captured(session);
    const { x, y } = conformanceBatch(0);
    await failsNaming(() => session.step({ x: x! }, { step: 2, metrics: true }), null, 'y');
    await failsNaming(() => session.step({ y: y! }, { step: 2, metrics: true }), null, 'x');
    await failsNaming(() => session.evaluate({ x: x! }), null, 'y');
    await failsNaming(() => session.predict({ y: y! }), null, 'x');
    sameState(await captured(session), before, 'after refused batches');
    await train(session, 2, 3);
  });

  test('a batch of another width is an error that names the array, and changes nothing', async () => {
    const session = await open();
    await train(session, 0, 2);
    const before = await captured(session);
    const wide = { ...conformanceBatch(0), x: tensor(new Float32Array(8 * 5), [8, 5]) };
    await failsNaming(() => session.step(wide, { step: 2, metrics: true }), null, 'x');
    await failsNaming(() => session.evaluate(wide), null, 'x');
    await failsNaming(() => session.predict({ x: wide.x }), null, 'x');
    sameState(await captured(session), before, 'after refused batches');
    await train(session, 2, 3);
  });
}
