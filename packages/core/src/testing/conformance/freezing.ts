import { deepStrictEqual, ok } from 'node:assert/strict';
import { captured, sameTensor } from './support/states.js';
import { failsNaming, type Subject, train } from './support/subject.js';

/** Parameters that are not trained, where the engine declares the feature `freeze`. */
export function describeFreezing({ open, test, engine }: Subject): void {
  const needed = (skip: (reason: string) => never) => {
    if (engine().features?.freeze !== true) skip('its engine does not declare the feature freeze');
  };

  test('a frozen parameter keeps its bits, and the others are trained', async (skip) => {
    needed(skip);
    const { parameters } = await open();
    const trained = parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    const [frozen] = trained as [string];
    const session = await open({ freeze: [frozen] });
    const listed = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    deepStrictEqual(listed, trained.slice(1), 'the parameters listed as trainable');
    deepStrictEqual(
      session.parameters.map(({ name }) => name),
      parameters.map(({ name }) => name),
      'the parameters of a model with a frozen one',
    );
    const before = await captured(session);
    await train(session, 0, 6);
    const after = await captured(session);
    sameTensor(after.parameters.get(frozen)!, before.parameters.get(frozen)!, `the frozen "${frozen}"`);
    const moved = listed.filter((name) => {
      return !Buffer.from(after.parameters.get(name)!.bytes).equals(before.parameters.get(name)!.bytes);
    });
    ok(moved.length > 0, 'no other parameter has changed');
  });

  test('a pattern freezes what it matches; one that matches nothing is refused by name', async (skip) => {
    needed(skip);
    const { parameters } = await open();
    const name = parameters.find(({ trainable }) => trainable)!.name;
    const session = await open({ freeze: [`${name.slice(0, -1)}*`] });
    ok(!session.parameters.find((info) => info.name === name)!.trainable, `"${name}" is trained`);
    await failsNaming(() => open({ freeze: ['no-such-parameter*'] }), 'MODEL_INVALID', 'no-such-parameter*');
  });
}
