import { expect } from 'chai';
import type { TrainSession } from '../../backend/backend.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { evaluate } from './evaluate.js';

describe('evaluate', () => {
  it('weights batches by size, whatever the names of the metrics', async () => {
    const names = ['loss', 'constructor', 'toString', 'hasOwnProperty', '__proto__'];
    const session = {
      evaluate: ({ x }: Parameters<TrainSession['evaluate']>[0]) =>
        Object.fromEntries(names.map((name) => [name, x!.shape[0]!])),
    } as unknown as TrainSession;
    const stats = await evaluate(session, fromArrays({ x: [1, 2, 3] }).batch(2));
    expect(Object.entries(stats)).to.deep.equal(names.map((name) => [name, 5 / 3]));
  });

  it('refuses empty data', async () => {
    const error = await failureOf(() =>
      evaluate(
        {} as TrainSession,
        fromArrays({ x: [1] })
          .batch(2)
          .take(0),
      ),
    );
    expect(error).to.include({ code: 'DATA_INVALID', message: 'The data to evaluate on is empty.' });
  });
});
