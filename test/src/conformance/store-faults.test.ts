import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileCheckpointStore } from '@forge-ml/core/node';
import {
  type CheckpointDetails,
  type CheckpointInfo,
  type CheckpointStore,
  ForgeError,
  type LoadedCheckpoint,
  type NamedTensors,
  type TrainState,
  type TransferredState,
} from '@forge-ml/core/plugin';
import { describeCheckpointStoreConformance } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { open as openNotAtomic } from './open-store-not-atomic.js';
import { runTests } from './run-suite.js';

/** Members of a valid store with a fault, and the test that must find it. */
type Fault = readonly [make: (store: FileCheckpointStore) => Partial<CheckpointStore>, found: RegExp];

const changedTensors = (tensors: NamedTensors, change: (bytes: Uint8Array) => void): NamedTensors =>
  new Map(
    Array.from(tensors, ([name, tensor]) => {
      const bytes = new Uint8Array(tensor.bytes);
      change(bytes);
      return [name, { ...tensor, bytes }];
    }),
  );
const loading = (change: (loaded: LoadedCheckpoint) => LoadedCheckpoint) => (store: FileCheckpointStore) => ({
  load: async (step: number) => change(await store.load(step)),
});
const saving =
  (save: (store: FileCheckpointStore, given: TransferredState, details: CheckpointDetails) => Promise<string>) =>
  (store: FileCheckpointStore) => ({
    save: (state: TrainState, details: CheckpointDetails) => save(store, { state }, details),
    saveAsync: (given: TransferredState, details: CheckpointDetails) => save(store, given, details),
  });

const faults: Readonly<Record<string, Fault>> = {
  'rounds a subnormal to zero': [
    loading(({ state, ...loaded }) => ({
      ...loaded,
      state: { ...state, optimizer: changedTensors(state.optimizer, (bytes) => bytes[4] === 1 && bytes.fill(0, 4, 5)) },
    })),
    /loads every dtype as it was saved/,
  ],
  'loses the moving averages': [
    loading(({ state: { ema: _, ...state }, ...loaded }) => ({ ...loaded, state })),
    /loads moving averages as they were saved/,
  ],
  'keeps the memory of moving averages': [
    (store) => ({
      async saveAsync(given, details) {
        const path = await store.saveAsync(given, details);
        const { ema, ...state } = given.state;
        given.state = ema === undefined ? state : { ...state, ema: new Map() };
        return path;
      },
    }),
    /saveAsync gives the memory of moving averages back/,
  ],
  'loses the JSON state': [
    loading(({ info, ...loaded }) => ({ ...loaded, info: { ...info, state: {} } })),
    /loads engine, metrics and JSON state/,
  ],
  'keeps the first of two of a step': [
    saving(async (store, { state }, details) =>
      (await store.steps()).includes(state.step) ? join(store.folder, String(state.step)) : store.save(state, details),
    ),
    /replaces a checkpoint of the same step/,
  ],
  'saves NaN as zero': [
    saving((store, { state }, details) => {
      const withoutNaN = (bytes: Uint8Array) => {
        if (bytes.length < 20) bytes.fill(0);
      };
      const optimizer = changedTensors(state.optimizer, withoutNaN);
      return store.save({ ...state, parameters: changedTensors(state.parameters, withoutNaN), optimizer }, details);
    }),
    /refuses a NaN of float32/,
  ],
  "drops the backend's files": [
    saving((store, { state }, { files: _, ...details }) => store.save(state, details)),
    /keeps the backend's own files/,
  ],
  'sorts steps as text': [
    (store) => ({ steps: async () => [...(await store.steps())].map(String).sort().map(Number) }),
    /lists the steps ascending as numbers/,
  ],
  'lists any folder': [
    (store) => ({ steps: async () => [...new Set([...(await store.steps()), 7])].sort((a, b) => a - b) }),
    /lists complete checkpoints only/,
  ],
  'removes nothing': [() => ({ remove: async () => undefined }), /removes a checkpoint and no other/],
  'removes the older ones too': [
    (store) => ({
      async remove(step) {
        for (const other of await store.steps()) if (other <= step) await store.remove(other);
      },
    }),
    /removes a checkpoint and no other/,
  ],
  'puts tensors into info': [
    (store) => ({
      info: async (step) => ({ ...(await store.info(step)), parameters: new Map() }) as CheckpointInfo,
    }),
    /info gives what load gives/,
  ],
  'loads the newest for one that does not exist': [
    (store) => ({ load: async (step) => store.load((await store.steps()).includes(step) ? step : 1) }),
    /load of a step that does not exist/,
  ],
  'checks nothing': [() => ({ check: async () => undefined }), /check finds a flipped byte/],
  'has another code for damage': [
    (store) => ({
      load: (step) =>
        store.load(step).catch((error: unknown) => {
          throw new ForgeError('FILE_SYSTEM', String(error));
        }),
    }),
    /load finds a flipped byte/,
  ],
  'closes once': [
    () => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new Error('closed');
          closed = true;
        },
      };
    },
    /close ends what saving needed/,
  ],
  'saves later from the memory it was given': [
    (store) => {
      let last: TrainState | undefined;
      return {
        async save(state, details) {
          last = state;
          return store.save(state, details);
        },
        load: async (step) => ({ ...(await store.load(step)), ...(last?.step === step ? { state: last } : {}) }),
      };
    },
    /save keeps nothing of the memory/,
  ],
  'loads into one memory': [
    (store) => {
      const loaded = new Map<number, LoadedCheckpoint>();
      return {
        async load(step) {
          const known = loaded.get(step) ?? (await store.load(step));
          loaded.set(step, known);
          return known;
        },
      };
    },
    /load gives memory of its own/,
  ],
  'keeps the memory it was given': [
    (store) => ({
      async saveAsync(given, details) {
        const path = await store.save(given.state, details);
        given.state = structuredClone(given.state);
        for (const tensors of [given.state.parameters, given.state.optimizer]) {
          for (const { bytes } of tensors.values())
            structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
        }
        return path;
      },
    }),
    /saveAsync saves a small state, and gives its memory back/,
  ],
  'answers one read at a time': [
    (store) => {
      let busy = false;
      return {
        async info(step) {
          if (busy) throw new Error('busy');
          busy = true;
          try {
            return await store.info(step);
          } finally {
            busy = false;
          }
        },
      };
    },
    /answers reads that overlap/,
  ],
};

async function flipLast(folder: string, step: number): Promise<void> {
  const file = join(folder, String(step), 'state.safetensors');
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
}

/** A store with other members. */
function faultyStore(folder: string, make: Fault[0]): CheckpointStore {
  const store = new FileCheckpointStore(folder);
  const changed: Partial<CheckpointStore> = make(new FileCheckpointStore(folder));
  return new Proxy(store as CheckpointStore, {
    get(_, name: keyof CheckpointStore) {
      const member = changed[name] ?? store[name];
      return typeof member === 'function' && changed[name] === undefined ? member.bind(store) : member;
    },
  });
}

describe('the conformance suite of checkpoint stores', () => {
  const module = new URL('./open-store.js', import.meta.url);

  for (const [name, [make, found]] of Object.entries(faults)) {
    it(`finds a store that ${name}`, async () => {
      const open = (folder: string) => faultyStore(folder, make);
      const options = { name, open, module, corrupt: flipLast };
      const { failed } = await runTests(() => describeCheckpointStoreConformance(options), found);
      expect(failed).to.not.deep.equal([]);
    });
  }

  it('finds a store whose checkpoints have their names before they are whole', async () => {
    const notAtomic = new URL('./open-store-not-atomic.js', import.meta.url);
    const options = { name: 'not atomic', open: openNotAtomic, module: notAtomic, corrupt: flipLast };
    const declare = () => describeCheckpointStoreConformance(options);
    for (const found of [/one whole checkpoint of a step at every moment/, /kills during saves/]) {
      expect((await runTests(declare, found)).failed, String(found)).to.not.deep.equal([]);
    }
  });

  it('passes a valid store', async () => {
    const open = (folder: string) => new FileCheckpointStore(folder);
    const options = { name: 'valid', open, module, corrupt: flipLast };
    const { failed, passed } = await runTests(
      () => describeCheckpointStoreConformance(options),
      /does not exist|flipped/,
    );
    expect([failed, passed]).to.deep.equal([[], 5]);
  });
});
