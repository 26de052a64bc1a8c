import type { Backend, Engine, SessionState, TrainSession } from '../backend/backend.js';
import { ForgeError } from '../errors/forge-error.js';
import { describeBackendConformance } from './backend-conformance.js';
import { toyBackend } from './toy-backend.js';

/** Sessions that each break one promise: the suite must find every one of them. Run by conformance-faults.test.ts. */
const faults: Record<string, (session: TrainSession) => Partial<TrainSession>> = {
  'evaluate trains': (session) => ({
    evaluate(batch) {
      session.step(batch, { step: 0, wanted: false });
      return session.evaluate(batch);
    },
  }),
  'evaluate counts as a step': (session) => {
    let looks = 0;
    return {
      step: (batch, { step, wanted }) => session.step(batch, { step: step + looks, wanted }),
      evaluate: (batch) => {
        looks++;
        return session.evaluate(batch);
      },
    };
  },
  'capture is no copy': (session) => {
    let live: SessionState | undefined;
    const refresh = async () => {
      const now = await session.capture();
      live ??= now;
      for (const [name, { bytes }] of live.parameters) bytes.set(now.parameters.get(name)!.bytes);
      return live;
    };
    return {
      capture: refresh,
      step: async (batch, request) => {
        const stats = await session.step(batch, request);
        await refresh();
        return stats;
      },
    };
  },
  'slots are not saved': (session) => ({
    capture: async () => ({ ...(await session.capture()), optimizer: new Map() }),
  }),
  'restored by position': (session) => ({
    restore: async ({ parameters, optimizer }) => {
      const own = await session.capture();
      const values = [...parameters.values()];
      const byPosition = [...own.parameters].map(
        ([name, mine], at) => [name, { ...mine, bytes: values[at]!.bytes }] as const,
      );
      await session.restore({ parameters: new Map(byPosition), optimizer });
    },
  }),
  'dropout forgets the step': (session) => ({
    step: (batch, { wanted }) => session.step(batch, { step: 0, wanted }),
  }),
  'dropout counts by itself': (session) => {
    let count = 0;
    return { step: (batch, { wanted }) => session.step(batch, { step: count++, wanted }) };
  },
  'half assigned when refused': (session) => ({
    restore: async (state) => {
      const own = await session.capture();
      const [first] = own.parameters.keys();
      const given = state.parameters.get(first!);
      if (given !== undefined)
        await session.restore({ parameters: new Map([...own.parameters, [first!, given]]), optimizer: new Map() });
      await session.restore(state);
    },
  }),
  'an empty optimizer map clears the slots': (session) => ({
    restore: async ({ parameters, optimizer }) => {
      const zeros = [...(await session.capture()).optimizer].map(([name, slot]) => {
        return [name, { ...slot, bytes: new Uint8Array(slot.bytes.length) }] as const;
      });
      await session.restore({ parameters, optimizer: optimizer.size > 0 ? optimizer : new Map(zeros) });
    },
  }),
  'a tensor leaks each step': (session) => {
    let leaked = 0;
    return {
      step: (batch, request) => {
        leaked++;
        return session.step(batch, request);
      },
      liveTensors: () => session.liveTensors!() + leaked,
    };
  },
  'the batch is scaled in place': (session) => ({
    step: (batch, request) => {
      const stats = session.step(batch, request);
      batch.x!.bytes.fill(0);
      return stats;
    },
  }),
  'a refusal without a name': (session) => ({
    step: (batch, request) => {
      if (!('y' in batch)) throw new ForgeError('DATA_INVALID', 'Something is missing.');
      return session.step(batch, request);
    },
  }),
};

for (const [name, spoil] of Object.entries(faults)) {
  const backend: Backend = { ...toyBackend, start: async (request) => spoiled(await toyBackend.start(request), spoil) };
  describeBackendConformance({
    name,
    backend,
    start: () => backend.start({ searchFrom: [] }),
    model: ({ dropout }) => ({
      kind: 'toy',
      inputs: 'x',
      targets: 'y',
      hidden: 5,
      learningRate: 0.05,
      momentum: 0.9,
      dropout: dropout ? 0.5 : 0,
    }),
  });
}

function spoiled(engine: Engine, spoil: (session: TrainSession) => Partial<TrainSession>): Engine {
  return {
    ...engine,
    async build(request) {
      const session = await engine.build(request);
      const sound: TrainSession = {
        artefacts: session.artefacts,
        parameters: session.parameters,
        warnings: session.warnings,
        step: (batch, stepRequest) => session.step(batch, stepRequest),
        evaluate: (batch) => session.evaluate(batch),
        predict: (batch) => session.predict(batch),
        capture: () => session.capture(),
        restore: (state) => session.restore(state),
        liveTensors: () => session.liveTensors!(),
        dispose: () => session.dispose(),
      };
      return { ...sound, ...spoil(session) };
    },
  };
}
