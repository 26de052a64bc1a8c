import { captured, sameState } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** Engines whose steps may resolve before their work is done. */
export function describeSettling({ open, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('settle completes every requested step once, and changes nothing else', async (skip) => {
    const [settling, plain] = [await open({ dropout }), await open({ dropout })];
    if (settling.settle === undefined) return skip('it has none: its steps are done when they resolve');
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 7],
    ] as const) {
      await train(settling, from, to, false);
      await settling.settle();
      await settling.settle();
    }
    await train(plain, 0, 7, false);
    sameState(await captured(settling), await captured(plain), 'trained with calls of settle');
  });
}
