import type { Batch, SessionState, Stats, TensorData } from '@forge-ml/core/plugin';
import { changed, copyOf, eachOf } from '../change-tensors.js';
import { type Fault, ofSessions } from '../fault.js';

const heldPrediction = /a prediction is not changed by later calls/;
const heldCapture = /a capture is not changed by a later capture/;
const heldState = /a restored state may be overwritten/;
const newNumbers = /a batch with new values in the same memory/;
const oddPlace = /at an odd memory offset/;

const valuesOf = ({ parameters, optimizer }: SessionState) => [...parameters.values(), ...optimizer.values()];
/** Reads from the start of the buffer, ignoring the byte offset. */
const fromTheStart = (value: TensorData): TensorData => ({
  ...value,
  bytes: new Uint8Array(value.bytes.buffer.slice(0), 0, value.bytes.length),
});
const poolOf = () => {
  const pool = new Map<string, Uint8Array>();
  return (batch: Batch): Batch =>
    Object.fromEntries(
      Object.entries(batch).map(([name, value]) => {
        const bytes = pool.get(`${name} ${value.bytes.length}`) ?? new Uint8Array(value.bytes.length);
        pool.set(`${name} ${value.bytes.length}`, bytes);
        bytes.set(value.bytes);
        return [name, { ...value, bytes }];
      }),
    );
};
const ofAll = poolOf();

/** Memory shared by mistake. */
export const aliasing: Fault[] = ofSessions({
  'predict returns the same memory each time': [
    heldPrediction,
    (session) => {
      const pooled = poolOf();
      return { predict: async (batch) => pooled(await session.predict(batch)) };
    },
  ],
  'predict returns memory shared by all sessions': [
    heldPrediction,
    (session) => ({ predict: async (batch) => ofAll(await session.predict(batch)) }),
  ],
  'outputs are invalid after their session is disposed of': [
    heldPrediction,
    (session) => {
      const given: Batch[] = [];
      return {
        async predict(batch) {
          const outputs = copyOf(await session.predict(batch));
          given.push(outputs);
          return outputs;
        },
        async dispose() {
          for (const outputs of given) eachOf(outputs, ({ bytes, ...rest }) => ({ ...rest, bytes: bytes.fill(0) }));
          await session.dispose();
        },
      };
    },
  ],
  'outputs are kept, and given again as they have become': [
    /overwriting a prediction changes nothing/,
    (session) => {
      const kept = new Map<string, Batch>();
      return {
        async predict(batch) {
          const key = Buffer.from(batch.x!.bytes).toString('hex');
          if (!kept.has(key)) kept.set(key, copyOf(await session.predict(batch)));
          return kept.get(key)!;
        },
      };
    },
  ],
  'a report of an evaluation is used again': [
    /the metrics of an evaluation are not changed/,
    (session) => {
      const report: Record<string, number> = {};
      return { evaluate: async (batch) => Object.assign(report, await session.evaluate(batch)) };
    },
  ],
  'a report of a step is used again': [
    /a report is not changed by later steps/,
    (session) => {
      const report: Record<string, number> = {};
      return { step: async (batch, request) => Object.assign(report, await session.step(batch, request)) };
    },
  ],
  'capture is no copy': [
    /a capture is a copy/,
    (session) => {
      let live: SessionState | undefined;
      const refresh = async () => {
        const now = await session.capture();
        live ??= now;
        for (const [name, { bytes }] of live.parameters) bytes.set(now.parameters.get(name)!.bytes);
        return live;
      };
      return {
        capture: refresh,
        async step(batch, request) {
          const stats = await session.step(batch, request);
          await refresh();
          return stats;
        },
      };
    },
  ],
  'captures share their memory': [
    heldCapture,
    (session) => {
      let pool: SessionState | undefined;
      return {
        async capture() {
          const now = await session.capture();
          pool ??= now;
          const into = valuesOf(pool);
          for (const [at, { bytes }] of valuesOf(now).entries()) into[at]!.bytes.set(bytes);
          return pool;
        },
      };
    },
  ],
  'what is written into a capture is the state': [
    /overwriting a capture changes nothing/,
    (session) => {
      let given: SessionState | undefined;
      return {
        async capture() {
          if (given !== undefined) await session.restore(given);
          given = await session.capture();
          return given;
        },
        async step(batch, request) {
          given = undefined;
          return session.step(batch, request);
        },
        async restore(state) {
          await session.restore(state);
          given = undefined;
        },
      };
    },
  ],
  'what was captured dies with its session': [
    /a capture outlives its session/,
    (session) => {
      const given: SessionState[] = [];
      return {
        async capture() {
          const state = await session.capture();
          given.push(state);
          return state;
        },
        async dispose() {
          for (const { bytes } of given.flatMap(valuesOf)) if (bytes.length > 0) bytes.fill(0);
          await session.dispose();
        },
      };
    },
  ],
  'a capture into earlier memory leaves that as it was': [
    /a capture may reuse the memory of an earlier one/,
    (session) => ({ capture: async (memory) => memory ?? (await session.capture()) }),
  ],
  'a capture into earlier memory leaves the slots as they were': [
    /a capture may reuse the memory of an earlier one/,
    (session) => ({
      async capture(memory) {
        const { parameters, optimizer } = await session.capture();
        return { parameters, optimizer: memory?.optimizer ?? optimizer };
      },
    }),
  ],
  'memory that was captured is still needed': [
    /a capture can be transferred to another thread/,
    (session) => {
      let last: SessionState | undefined;
      return {
        async capture() {
          last = await session.capture();
          return last;
        },
        async step(batch, request) {
          if (last !== undefined) await session.restore(last);
          last = undefined;
          return session.step(batch, request);
        },
      };
    },
  ],
  'restore keeps the given memory, and trains in it': [
    heldState,
    (session) => {
      let given: SessionState | undefined;
      return {
        async restore(state) {
          await session.restore(state);
          given = state;
        },
        async step(batch, request) {
          const stats = await session.step(batch, request);
          if (given === undefined) return stats;
          const now = await session.capture();
          for (const part of ['parameters', 'optimizer'] as const) {
            for (const [name, { bytes }] of now[part]) given[part].get(name)?.bytes.set(bytes);
          }
          return stats;
        },
      };
    },
  ],
  'restore keeps the given memory, and reads it later': [
    heldState,
    (session) => {
      let given: SessionState | undefined;
      const apply = async () => {
        const state = given;
        given = undefined;
        if (state !== undefined) await session.restore(state);
      };
      return {
        async restore(state) {
          await session.restore(state);
          given = state;
        },
        async capture() {
          await apply();
          return session.capture();
        },
        async step(batch, request) {
          await apply();
          return session.step(batch, request);
        },
      };
    },
  ],
  'a step scales its batch in place': [
    /but not the batch/,
    (session) => ({
      async step(batch, request) {
        const stats = await session.step(batch, request);
        batch.x!.bytes.fill(0);
        return stats;
      },
    }),
  ],
  'a step writes over its targets': [
    /but not the batch/,
    (session) => ({
      async step(batch, request) {
        const stats = await session.step(batch, request);
        batch.y!.bytes.set(changed(batch.y!, (value) => value / 2).bytes);
        return stats;
      },
    }),
  ],
  'evaluate changes its batch': [
    /but not the batch/,
    (session) => ({
      async evaluate(batch) {
        const stats = await session.evaluate(batch);
        batch.x!.bytes.set(changed(batch.x!, (value) => value + 1).bytes);
        return stats;
      },
    }),
  ],
  'predict changes its batch': [
    /but not the batch/,
    (session) => ({
      async predict(batch) {
        const outputs = await session.predict(batch);
        batch.x!.bytes.set(changed(batch.x!, (value) => value + 1).bytes);
        return outputs;
      },
    }),
  ],
  'evaluate caches by the memory of a batch': [
    newNumbers,
    (session) => {
      const known = new Map<Uint8Array, Stats>();
      return {
        async evaluate(batch) {
          const stats = known.get(batch.x!.bytes) ?? (await session.evaluate(batch));
          known.set(batch.x!.bytes, stats);
          return stats;
        },
        step: (batch, request) => {
          known.clear();
          return session.step(batch, request);
        },
      };
    },
  ],
  'predict caches by the memory of a batch': [
    newNumbers,
    (session) => {
      const known = new Map<Uint8Array, Batch>();
      return {
        async predict(batch) {
          const outputs = known.get(batch.x!.bytes) ?? (await session.predict(batch));
          known.set(batch.x!.bytes, outputs);
          return copyOf(outputs);
        },
      };
    },
  ],
  'a step reads from the start of the buffer': [
    oddPlace,
    (session) => ({ step: (batch, request) => session.step(eachOf(batch, fromTheStart), request) }),
  ],
  'evaluate reads from the start of the buffer': [
    oddPlace,
    (session) => ({ evaluate: (batch) => session.evaluate(eachOf(batch, fromTheStart)) }),
  ],
  'predict reads from the start of the buffer': [
    oddPlace,
    (session) => ({ predict: (batch) => session.predict(eachOf(batch, fromTheStart)) }),
  ],
  'restore reads from where the memory begins': [
    /capture and restore are exact/,
    (session) => ({
      restore({ parameters, optimizer }) {
        const wrong = new Map([...parameters].map(([name, value]) => [name, fromTheStart(value)] as const));
        return session.restore({ parameters: wrong, optimizer });
      },
    }),
  ],
  'captured aside too late': [
    /captureAside captures the state at its call/,
    (session) => ({
      async captureAside() {
        await new Promise(setImmediate);
        return session.capture();
      },
    }),
  ],
  'captured aside without a copy': [
    /captureAside captures the state at its call/,
    (session) => {
      const asides: SessionState[] = [];
      return {
        async captureAside() {
          const state = await session.captureAside!();
          asides.push(state);
          return state;
        },
        async step(batch, request) {
          const stats = await session.step(batch, request);
          const now = valuesOf(await session.capture());
          for (const aside of asides.splice(0, asides.length - 1)) {
            valuesOf(aside).forEach(({ bytes }, at) => void (bytes.length > 0 && bytes.set(now[at]!.bytes)));
          }
          for (const [at, { bytes }] of asides.flatMap(valuesOf).entries())
            if (bytes.length > 0) bytes.set(now[at]!.bytes);
          return stats;
        },
      };
    },
    'captureAside',
  ],
  'captured aside, and overwritten by a restore': [
    /captureAside keeps a state until it is released/,
    (session) => {
      const asides: SessionState[] = [];
      return {
        async captureAside() {
          const state = await session.capture();
          asides.push(state);
          return state;
        },
        async restore(state) {
          await session.restore(state);
          const now = valuesOf(await session.capture());
          for (const [at, { bytes }] of asides.splice(0, 1).flatMap(valuesOf).entries()) bytes.set(now[at]!.bytes);
        },
      };
    },
    'captureAside',
  ],
  'a release that gives back what is lent now': [
    /captureAside keeps a state until it is released/,
    (session) => {
      let lent: SessionState | undefined;
      return {
        async captureAside() {
          const state = await session.capture();
          lent = state;
          return { ...state, release: () => lent && valuesOf(lent).forEach(({ bytes }) => void bytes.fill(1)) };
        },
      };
    },
    'captureAside',
  ],
});
