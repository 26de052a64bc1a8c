import { expect } from 'chai';
import type { Backend } from '../../backend/backend.js';
import { type Batch, elements, tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { toyBackend } from '../../testing/toy-backend.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

const rows = [
  [0.5, -1],
  [2, 0.25],
  [0, 1],
];
const x = tensor(Float32Array.from(rows.flat()), [3, 2]);

describe('a loaded run', () => {
  const folder = useTemporaryFolder();
  const load = () => forgeIn(folder()).forge.loadFromCheckpoint('results/model/1');
  let expected: Float32Array;

  beforeEach(async () => {
    await writeToyProject(folder());
    await train(folder(), [...bothConfigs, '--steps', '6', '--run-name', 'model']);
    await using loaded = await load();
    await loaded.restore();
    const { outputs } = await loaded.session.predict({ x });
    expected = elements({ ...outputs!, dtype: 'float32' }).slice();
    expect(expected.length).to.equal(3);
  });

  it('predicts from tensors, typed arrays and lists of numbers, with the parameters of its checkpoint', async () => {
    for (const input of [x, rows, Float32Array.from(rows.flat())]) {
      await using loaded = await load();
      const { outputs } = await loaded.predict({ x: input });
      expect(outputs!.data).to.deep.equal(expected);
      expect([outputs!.dtype, outputs!.shape]).to.deep.equal(['float32', [3, 1]]);
      const refused = await failureOf(() => loaded.predict({ x: 'text' } as never));
      expect([refused.code, refused.about]).to.deep.equal(['DATA_INVALID', 'x']);
    }
  });

  it('predicts with its checkpoint also where calls overlap before it is restored', async () => {
    const slow: Backend = {
      ...toyBackend,
      start: async (request) => {
        const engine = await toyBackend.start(request);
        const build: typeof engine.build = async (built) => {
          const session = await engine.build(built);
          const restore = session.restore.bind(session);
          session.restore = async (state) => {
            await new Promise((done) => setTimeout(done, 50));
            return restore(state);
          };
          return session;
        };
        return Object.assign(Object.create(engine), { build });
      },
    };
    const { forge } = forgeIn(folder());
    await using loaded = await forge.loadFromCheckpoint('results/model/1', 'latest', { backend: slow });
    const predictions = await Promise.all([loaded.predict({ x }), loaded.predict({ x }), loaded.predict({ x })]);
    for (const { outputs } of predictions) expect(outputs!.data).to.deep.equal(expected);
  });

  it('evaluates and trains its session on the same kinds of arrays, to the same bits', async () => {
    const after: unknown[] = [];
    for (const batch of [
      { x, y: tensor(Float32Array.of(1, 2, 3), [3, 1]) },
      { x: rows, y: [[1], [2], [3]] },
      { x: Float32Array.from(rows.flat()), y: Float32Array.of(1, 2, 3) },
    ] as unknown as Batch[]) {
      await using loaded = await load();
      await loaded.restore();
      const stats = await loaded.session.step(batch, { step: 6, metrics: true });
      after.push([stats, await loaded.session.evaluate(batch), await loaded.session.capture()]);
    }
    expect(after[1]).to.deep.equal(after[0]);
    expect(after[2]).to.deep.equal(after[0]);
  });

  it('does not undo, in a prediction, what its session was trained or restored to', async () => {
    await using loaded = await load();
    await loaded.restore();
    await loaded.session.step({ x, y: tensor(Float32Array.of(9, 9, 9), [3, 1]) }, { step: 6, metrics: false });
    const trained = await loaded.predict({ x });
    expect(trained.outputs!.data).to.not.deep.equal(expected);
    await using other = await load();
    await other.session.restore(await loaded.session.capture());
    expect(await other.predict({ x })).to.deep.equal(trained);
  });

  it('predicts the same without code, from the same kinds of arrays', async () => {
    await using predictor = await forgeIn(folder()).forge.openPredictor('results/model/1');
    for (const input of [x, rows, Float32Array.from(rows.flat())]) {
      expect((await predictor.predict({ x: input })).outputs!.data).to.deep.equal(expected);
    }
  });

  it('releases its model and engine at the end of an `await using` scope, also after an error', async () => {
    const released: string[] = [];
    const backend = {
      ...toyBackend,
      async start(request: Parameters<typeof toyBackend.start>[0]) {
        const engine = await toyBackend.start(request);
        return { ...engine, dispose: async () => void released.push('engine') };
      },
    };
    const use = async () => {
      await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint('results/model/1', { backend });
      await loaded.predict({ x });
      expect(released).to.deep.equal([]);
      throw new Error('boom');
    };
    expect((await use().catch((error: Error) => error))?.message).to.equal('boom');
    expect(released).to.deep.equal(['engine']);
  });
});
