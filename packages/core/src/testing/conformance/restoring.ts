import { ok } from 'node:assert/strict';
import type { SessionState } from '../../backend/backend.js';
import type { NamedTensors, TensorData } from '../../backend/tensor-data.js';
import { conformanceBatch } from './batches.js';
import { captured, sameState, sameTensor } from './states.js';
import { failsNaming, type Subject, train } from './subject.js';

type Part = keyof SessionState;

/** A state that does not fit is refused by name, and changes nothing. */
export function describeRestoring({ open, test }: Subject): void {
  for (const part of ['parameters', 'optimizer'] as const) {
    const faults: Record<string, (tensors: NamedTensors, last: string) => { tensors: NamedTensors; named: string }> = {
      'lacks one': (tensors, last) => ({ tensors: without(tensors, last), named: last }),
      'has one too many': (tensors, last) => ({
        tensors: new Map([...tensors, ['no-such-tensor', tensors.get(last)!]]),
        named: 'no-such-tensor',
      }),
      'has one of another shape': (tensors, last) => ({
        tensors: new Map([...tensors, [last, widened(tensors.get(last)!)]]),
        named: last,
      }),
    };
    for (const [title, spoil] of Object.entries(faults)) {
      test(`a state whose ${part} ${title} is STATE_MISMATCH, and nothing is assigned`, async (skip) => {
        const session = await open();
        await train(session, 0, 2);
        const other = await captured(session);
        if (other[part].size === 0) return skip('the optimizer has no slots');
        await train(session, 2, 4);
        const before = await captured(session);
        const { tensors, named } = spoil(
          other[part],
          lastOf(
            session.parameters.map(({ name }) => name),
            other,
            part,
          ),
        );
        await failsNaming(() => session.restore({ ...other, [part]: tensors }), 'STATE_MISMATCH', named);
        sameState(await captured(session), before, 'after a state was refused');
      });
    }
  }

  test('a state is all of a model: restored into one of another seed, it predicts the same', async () => {
    const session = await open({ seed: 3 });
    await train(session, 0, 4);
    const saved = await captured(session);
    const expected = await session.predict(conformanceBatch(2));
    const other = await open({ seed: 4 });
    await other.restore({ parameters: saved.parameters, optimizer: new Map() });
    const outputs = await other.predict(conformanceBatch(2));
    for (const name in expected) sameTensor(outputs[name]!, expected[name]!, `the output ${name}`);
  });

  test('an empty optimizer map restores the parameters and leaves the slots', async () => {
    const session = await open();
    await train(session, 0, 2);
    const saved = await captured(session);
    await train(session, 2, 4);
    const { optimizer } = await captured(session);
    await session.restore({ parameters: saved.parameters, optimizer: new Map() });
    sameState(await captured(session), { parameters: saved.parameters, optimizer }, 'loaded for inference');
  });
}

/** The tensor a backend would come to last, so that one that assigns as it checks is found out. */
function lastOf(parameters: readonly string[], state: SessionState, part: Part): string {
  const name = part === 'parameters' ? parameters.at(-1) : [...state.optimizer.keys()][0];
  ok(name !== undefined, `there are no ${part}`);
  return name;
}

function without(tensors: NamedTensors, name: string): NamedTensors {
  return new Map([...tensors].filter(([other]) => other !== name));
}

/** Twice the elements along a new first dimension. */
function widened({ dtype, shape, bytes }: TensorData): TensorData {
  return { dtype, shape: [2, ...shape], bytes: new Uint8Array([...bytes, ...bytes]) };
}
