import type { SessionState, TrainSession } from '../backend/backend.js';
import type { Batch } from '../backend/tensor-data.js';
import { ForgeError } from '../errors/forge-error.js';

/** Of all sessions of a faulty backend together. */
let all = 0;

/** Sessions that each break one promise: the suite must find every one of them. */
export const sessionFaults: Record<string, (session: TrainSession) => Partial<TrainSession>> = {
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
  'captured aside too late': (session) => ({
    captureAside: async () => {
      await new Promise(setImmediate);
      return session.capture();
    },
  }),
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
  'a report is used again': (session) => {
    const report: Record<string, number> = {};
    return {
      step: async (batch, request) => Object.assign(report, await session.step(batch, request)),
      evaluate: async (batch) => Object.assign(report, await session.evaluate(batch)),
    };
  },
  'a loss that is not a number is hidden': (session) => ({
    evaluate: async (batch) => ({ loss: (await session.evaluate(batch)).loss || 0 }),
  }),
  'a number is reported once': (session) => ({
    step: async (batch, request) => {
      const stats = await session.step(batch, request);
      return request.step === 0 ? { ...stats, rate: 0.1 } : stats;
    },
  }),
  'a parameter is not saved': (session) => ({
    parameters: session.parameters.slice(1),
    capture: async () => {
      const { parameters, optimizer } = await session.capture();
      return { parameters: new Map([...parameters].slice(1)), optimizer };
    },
    restore: async ({ parameters, optimizer }) => {
      const own = [...(await session.capture()).parameters];
      const unknown = [...parameters].filter(([name]) => name === own[0]![0]);
      if (unknown.length > 0) throw new ForgeError('STATE_MISMATCH', 'It is not saved.');
      await session.restore({ parameters: new Map([own[0]!, ...parameters]), optimizer });
    },
  }),
  'parameters come in any order': (session) => {
    let turn = 0;
    return {
      capture: async () => {
        const { parameters, optimizer } = await session.capture();
        return { parameters: turn++ % 2 === 1 ? new Map([...parameters].reverse()) : parameters, optimizer };
      },
    };
  },
  'another width is cut off': (session) => {
    const cut = (batch: Batch) => {
      if (batch.x?.shape[1] !== 5) return batch;
      const rows = Array.from({ length: 8 }, (_, row) => batch.x!.bytes.subarray(row * 20, row * 20 + 16));
      return { ...batch, x: { ...batch.x, shape: [8, 4], bytes: new Uint8Array(Buffer.concat(rows)) } };
    };
    return {
      step: (batch, request) => session.step(cut(batch), request),
      evaluate: (batch) => session.evaluate(cut(batch)),
      predict: (batch) => session.predict(cut(batch)),
    };
  },
  'disposed of twice, it lets go of two': (session) => {
    let over = 0;
    let gone = false;
    return {
      dispose: async () => {
        await session.dispose();
        if (gone) over++;
        gone = true;
        all -= over;
      },
      liveTensors: () => session.liveTensors!() + all,
    };
  },
  'what was captured dies with its session': (session) => {
    const given: SessionState[] = [];
    return {
      capture: async () => {
        const state = await session.capture();
        given.push(state);
        return state;
      },
      dispose: async () => {
        for (const { parameters } of given)
          for (const { bytes } of parameters.values()) if (bytes.length > 0) bytes.fill(0);
        await session.dispose();
      },
    };
  },
  'artefacts are left out': () => ({ artefacts: {} }),
  'a refusal without a name': (session) => ({
    step: (batch, request) => {
      if (!('y' in batch)) throw new ForgeError('DATA_INVALID', 'Something is missing.');
      return session.step(batch, request);
    },
  }),
};
