import { type Engine, ForgeError, type TrainSession } from '@forge-ml/core/plugin';
import { type Fault, ofSessions } from '../fault.js';

const finite = /report finite metrics, including the loss/;
const evaluating =
  (change: (loss: number) => unknown): Fault['session'] =>
  (session) => ({
    evaluate: async (batch) => change((await session.evaluate(batch)).loss!) as Record<string, number>,
  });
const ofEngine = (name: string, caughtBy: RegExp, engine: (engine: Engine) => Partial<Engine>): Fault => ({
  name,
  caughtBy,
  engine,
});
const infos = (change: (infos: TrainSession['parameters']) => TrainSession['parameters']): Fault['session'] => {
  return ({ parameters }) => ({ parameters: change(parameters) });
};
const named = /an error that names it, and changes nothing/;
const wide = /a batch of another width is an error that names the array/;

/** Reported values: metrics, names, errors. */
export const reports: Fault[] = [
  ...ofSessions({
    'the loss of an evaluation is text': [finite, evaluating((loss) => ({ loss: String(loss) }))!],
    'the loss of an evaluation is missing': [finite, evaluating((error) => ({ error }))!],
    'an evaluation reports null': [finite, evaluating(() => null)!],
    'an evaluation reports what is no number': [finite, evaluating((loss) => ({ loss, rate: Number.NaN }))!],
    'an evaluation reports another name': [/report the same metric names/, evaluating((loss) => ({ loss, extra: 1 }))!],
    'a loss that is not a number is hidden': [
      /a NaN loss is reported as NaN/,
      evaluating((loss) => ({ loss: loss || 0 }))!,
    ],
    'a step that diverged reports a large number': [
      /a NaN loss is reported as NaN/,
      (session) => ({
        async step(batch, request) {
          const { loss, ...stats } = await session.step(batch, request);
          return loss === undefined ? {} : { ...stats, loss: Number.isFinite(loss) ? loss : 1e9 };
        },
      }),
    ],
    'a number is reported once': [
      /report the same metric names/,
      (session) => ({
        async step(batch, request) {
          const stats = await session.step(batch, request);
          return request.step === 0 ? { ...stats, rate: 0.1 } : stats;
        },
      }),
    ],
    'nothing is called trainable': [
      /lists every parameter/,
      infos((all) => all.map((info) => ({ ...info, trainable: false })))!,
    ],
    'a bias is not marked trainable': [
      /parameters after each update|a linear model predicts/,
      infos((all) => all.map((info) => ({ ...info, trainable: info.trainable && info.shape.length > 1 })))!,
    ],
    'shapes are reported in reverse': [
      /lists every parameter/,
      infos((all) => all.map((info) => ({ ...info, shape: [...info.shape].reverse() })))!,
    ],
    'two parameters have one name': [/lists every parameter/, infos((all) => [...all, all[0]!])!],
    'artefacts are omitted': [/artefacts are passed through/, () => ({ artefacts: {} })],
    'warnings are one text': [/lists every parameter/, () => ({ warnings: 'none' as unknown as string[] })],
    'a batch without targets is refused without a name': [
      named,
      (session) => ({
        step(batch, request) {
          if (!('y' in batch)) throw new ForgeError('DATA_INVALID', 'Something is missing.');
          return session.step(batch, request);
        },
      }),
    ],
    'evaluate accepts a batch without targets': [
      named,
      (session) => ({ evaluate: (batch) => ('y' in batch ? session.evaluate(batch) : { loss: 0 }) }),
    ],
    'an error is not a ForgeError': [
      named,
      (session) => ({
        async predict(batch) {
          if (!('x' in batch)) throw new Error('x is missing');
          return session.predict(batch);
        },
      }),
    ],
    'extra columns are cut off': [
      wide,
      (session) => {
        const cut = (batch: Parameters<typeof session.predict>[0]) => {
          const { x } = batch;
          if (x?.shape[1] !== 5) return batch;
          const rows = Array.from({ length: x.shape[0]! }, (_, row) => x.bytes.subarray(row * 20, row * 20 + 16));
          return { ...batch, x: { ...x, shape: [rows.length, 4], bytes: new Uint8Array(Buffer.concat(rows)) } };
        };
        return {
          step: (batch, request) => session.step(cut(batch), request),
          evaluate: (batch) => session.evaluate(cut(batch)),
          predict: (batch) => session.predict(cut(batch)),
        };
      },
    ],
    'a rejected batch was trained on': [
      wide,
      (session) => ({
        async step(batch, request) {
          const state = await session.capture();
          try {
            return await session.step(batch, request);
          } catch (error) {
            const [[name, value] = []] = state.parameters;
            const half = new Map([
              ...state.parameters,
              [name!, { ...value!, bytes: new Uint8Array(value!.bytes.length) }],
            ]);
            await session.restore({ parameters: half, optimizer: new Map() });
            throw error;
          }
        },
      }),
    ],
    'a session disposed of takes what others have learned': [
      /a session may be disposed twice without affecting others/,
      (session) => {
        const others = alive;
        others.add(session);
        return {
          async dispose() {
            others.delete(session);
            for (const other of others) {
              const { parameters } = await other.capture();
              const none = [...parameters].map(
                ([name, value]) => [name, { ...value, bytes: value.bytes.map(() => 0) }] as const,
              );
              await other.restore({ parameters: new Map(none), optimizer: new Map() });
            }
            await session.dispose();
          },
        };
      },
    ],
    'disposing twice is an error': [
      /a session may be disposed twice/,
      (session) => {
        let disposed = false;
        return {
          async dispose() {
            if (disposed) throw new Error('Disposed twice.');
            disposed = true;
            await session.dispose();
          },
        };
      },
    ],
  }),
  ofEngine('what load throws is wrapped', /an error of load is rethrown unchanged/, (engine) => ({
    build: (request) =>
      engine.build(request).catch((cause) => {
        throw new Error('The model could not be built.', { cause });
      }),
  })),
  ofEngine('a load that returns a promise is not awaited', /a load that returns a promise is awaited/, (engine) => ({
    build: ({ load, ...request }) => {
      const model = load();
      if (model instanceof Promise) throw new ForgeError('MODEL_INVALID', 'A promise is not a model.');
      return engine.build({ ...request, load: () => model });
    },
  })),
  ofEngine('a missing model is not MODEL_INVALID', /is MODEL_INVALID/, (engine) => ({
    build: (request) =>
      engine.build(request).catch((error) => {
        throw error instanceof ForgeError || error?.code === 'MODEL_INVALID' ? new TypeError(error.message) : error;
      }),
  })),
  ofEngine('there are no modules', /provides modules for configs/, () => ({ modules: {} })),
  ofEngine('a module is empty', /provides modules for configs/, (engine) => ({
    modules: { ...engine.modules, empty: {} },
  })),
  ofEngine('a module has a path', /provides modules for configs/, (engine) => ({
    modules: { ...engine.modules, './engine.js': { some: 'thing' } },
  })),
  ofEngine('it hopes for another engine', /the running one as usable/, (engine) => ({
    info: { ...engine.info, engine: 'gpu' },
  })),
  ofEngine('no version is reported', /reports what is actually running/, (engine) => ({
    info: { ...engine.info, versions: {} },
  })),
  ofEngine('the name of another backend is reported', /reports what is actually running/, (engine) => ({
    info: { ...engine.info, backend: 'other' },
  })),
  ofEngine('what runs is not plain JSON', /reports what is actually running/, (engine) => ({
    info: { ...engine.info, settings: { threads: Number.NaN } },
  })),
  {
    name: 'the engine that is asked for is not heard',
    caughtBy: /starts the requested engine/,
    backend: (backend) => ({
      engines: async (search) => [
        ...(await backend.engines(search)),
        { name: 'fast', usable: true, detail: 'another engine' },
      ],
      start: ({ engine, ...request }) => backend.start(engine === 'fast' ? request : { engine, ...request }),
    }),
  },
  {
    name: 'an engine that is unknown is taken for the first',
    caughtBy: /refuses an unknown engine/,
    backend: (backend) => ({
      start: ({ engine, ...request }) => backend.start(engine === 'no-such-engine' ? request : { engine, ...request }),
    }),
  },
  {
    name: 'the port version is wrong',
    caughtBy: /the literal port version/,
    backend: () => ({ port: 2 as unknown as 1 }),
  },
  {
    name: 'two engines have one name',
    caughtBy: /lists its engines/,
    backend: (backend) => ({
      engines: async (search) => {
        const all = await backend.engines(search);
        return [...all, ...all];
      },
    }),
  },
];

const alive = new Set<TrainSession>();
