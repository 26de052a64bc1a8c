import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { type Batch, tensor } from '../../tensor/tensor-data.js';
import { nullBackend } from '../../testing/null-backend.js';
import type { Backend, BuildRequest, Engine, SessionState, StepRequest, TrainSession } from '../backend.js';
import { checkedBackend } from './checked-backend.js';

type Parts = { backend?: object; engine?: object; info?: object; session?: object };

const party = { backend: 'bad', package: 'forge-backend-bad 1.0.0' };
const w = { name: 'w', dtype: 'float32', shape: [2], trainable: true };
const stateOf = (parameters: unknown, optimizer: unknown = new Map()) => ({ parameters, optimizer }) as SessionState;
const named = (name: unknown, value: unknown) => new Map([[name, value]]);
const four = tensor(new Float32Array(4));

/** A valid backend except for the given parts. */
async function backendWith({ backend = {}, engine = {}, info = {}, session = {} }: Parts): Promise<Backend> {
  const validEngine = await nullBackend.start({ searchFrom: [] });
  const load = () => undefined;
  const validSession = await validEngine.build({ load, sample: {}, seed: 0 });
  const changedSession = { ...validSession, ...session };
  const changedEngine = {
    ...validEngine,
    build: async () => changedSession,
    ...engine,
    ...('info' in engine ? {} : { info: { ...validEngine.info, ...info } }),
  };
  return { ...nullBackend, start: async () => changedEngine as unknown as Engine, ...backend } as Backend;
}

/** Makes every call of a run on a backend, once. */
async function useAll(backend: Backend): Promise<void> {
  const checked = checkedBackend(backend, party);
  await checked.engines({ searchFrom: [] });
  const engine = await checked.start({ searchFrom: [] });
  const session = await engine.build({ load: () => undefined, sample: {}, seed: 0 });
  const batch: Batch = { x: four };
  const request: StepRequest = { step: 4, metrics: true };
  await session.step(batch, { ...request, metrics: false });
  await session.step(batch, request);
  await session.fused?.steps([batch, batch], request);
  await session.evaluate(batch);
  session.observe?.({ loss: 1 });
  await session.predict(batch);
  await session.capture();
  await session.captureAside?.();
  await session.checkpointFiles?.({ name: 'parameters.safetensors', places: new Map() });
  await session.restore(stateOf(new Map()));
  await session.dispose();
  await engine.dispose();
}

const boom = () => {
  throw new TypeError('boom');
};
const reject = async () => boom();
const asSession = (member: string, value: unknown): Parts => ({ session: { [member]: () => value } });
const asCapture = (name: unknown, value: unknown) => asSession('capture', stateOf(named(name, value)));

/** Faulty parts, and the expected error message, without the backend's name. */
const faults: Readonly<Record<string, readonly [Parts | null | 5 | undefined, string]>> = {
  'null as backend': [null, 'is null, not an object'],
  'nothing as backend': [undefined, 'is undefined, not an object'],
  'a number as backend': [5, 'is a number, not an object'],
  'no engines': [{ backend: { engines: undefined } }, 'has no engines, which must be a function'],
  'no start': [{ backend: { start: 'soon' } }, 'has a start that is a string, not a function'],
  'no name': [{ backend: { name: undefined } }, 'has no name'],
  'another port': [{ backend: { port: 2 } }, 'is built for backend port 2; this Forge has port 1'],
  'no port': [{ backend: { port: undefined } }, 'is built for backend port undefined'],
  'engines that fail': [{ backend: { engines: reject } }, 'failed to list its engines: boom'],
  'engines by name': [{ backend: { engines: () => ({ e: true }) } }, 'listed engines that are an object with e'],
  'an engine without detail': [
    { backend: { engines: () => [{ name: 'e', usable: true }] } },
    'listed an engine that has no detail',
  ],
  'null among engines': [{ backend: { engines: async () => [null] } }, 'listed an engine that is null'],
  'start that throws': [{ backend: { start: boom } }, 'failed to start: boom'],
  'start that rejects': [{ backend: { start: reject } }, 'failed to start: boom'],
  'start that rejects with text': [{ backend: { start: () => Promise.reject('no GPU') } }, 'failed to start: no GPU'],
  'no engine': [{ backend: { start: async () => undefined } }, 'returned undefined from start, not an engine'],
  'text as engine': [{ backend: { start: () => 'cpu' } }, 'started an engine that is a string'],
  'an engine without modules': [{ engine: { modules: undefined } }, 'started an engine that has no modules'],
  'modules as a list': [{ engine: { modules: [] } }, 'has a modules that is an array'],
  'an engine without info': [{ engine: { info: undefined } }, 'started an engine that has no info'],
  'an engine without build': [{ engine: { build: undefined } }, 'started an engine that has no build'],
  'an engine without dispose': [{ engine: { dispose: undefined } }, 'started an engine that has no dispose'],
  'info without warnings': [{ info: { warnings: undefined } }, 'has an info that has no warnings'],
  'a warning that is an error': [{ info: { warnings: [new Error('x')] } }, 'has among its warnings'],
  'accepts as text': [{ engine: { accepts: 'float32' } }, 'has an accepts that is a string, not an array'],
  'empty accepts': [{ engine: { accepts: [] } }, 'has an accepts that is empty'],
  'accepts of an unknown dtype': [
    { engine: { accepts: ['float32', 'f16'] } },
    'has an accepts that has the unknown dtype "f16"',
  ],
  'info without device': [{ info: { device: undefined } }, 'has an info that has no device'],
  'a setting that is a list': [
    { info: { settings: { threads: [4] } } },
    'has an info.settings.threads that is an array',
  ],
  'a version that is a number': [{ info: { versions: { lib: 4 } } }, 'has an info.versions.lib that is a number'],
  'build that throws': [{ engine: { build: boom } }, 'failed to build the model: boom'],
  'build that rejects': [{ engine: { build: reject } }, 'failed to build the model: boom'],
  'no session': [{ engine: { build: async () => undefined } }, 'built a session that is undefined'],
  'artefacts missing': [{ session: { artefacts: undefined } }, 'built a session that has no artefacts'],
  'parameters by name': [{ session: { parameters: { w } } }, 'has a parameters that is an object with w, not an array'],
  'a parameter without shape': [
    { session: { parameters: [{ name: 'w', trainable: true }] } },
    'lists a parameter that has no shape',
  ],
  'a parameter of text shape': [{ session: { parameters: [{ ...w, shape: ['2'] }] } }, 'of shape [2]'],
  'a parameter without a type': [
    { session: { parameters: [{ ...w, dtype: undefined }] } },
    'lists a parameter "w" that has the unknown dtype undefined',
  ],
  'a base without a count': [{ session: { base: { tensors: 1, count: NaN, bytes: 4 } } }, 'has a base.count of NaN'],
  'a parameter twice': [{ session: { parameters: [w, w] } }, 'has two parameters named "w"'],
  'a parameter with a reserved name': [
    { session: { parameters: [{ ...w, name: '__proto__' }] } },
    '"__proto__" that has a reserved name',
  ],
  'no warnings': [{ session: { warnings: null } }, 'has a warnings that is null'],
  'observe that is a number': [{ session: { observe: 1 } }, 'has an observe that is a number'],
  'fused without steps': [{ session: { fused: { most: 4 } } }, 'has a fused that has no steps'],
  'fused of NaN': [{ session: { fused: { most: Number.NaN, steps() {} } } }, 'has a fused.most of NaN'],
  'steps of too few': [
    { session: { fused: { most: 2, steps: () => [] } } },
    'returned numbers of 0 steps for 2 fused steps',
  ],
  'steps of one without loss': [
    { session: { fused: { most: 2, steps: async () => [{ loss: 1 }, {}] } } },
    'returned no loss',
  ],
  'observe that throws': [{ session: { observe: boom } }, 'failed to observe metrics: boom'],
  'captureAside of nothing': [asSession('captureAside', undefined), 'returned a state that is undefined'],
  'files by name': [
    asSession('checkpointFiles', { a: new Uint8Array() }),
    'returned checkpoint files that are an object',
  ],
  'a file of text': [asSession('checkpointFiles', named('a', 'text')), 'returned the checkpoint file "a" as a string'],
  ...Object.fromEntries(
    ['step', 'evaluate'].flatMap((member) => {
      const inStep = member === 'step' ? 'in step 5' : 'in an evaluation';
      return [
        [`${member} missing`, [{ session: { [member]: undefined } }, `built a session that has no ${member}`]],
        [
          `${member} that returns undefined`,
          [asSession(member, undefined), `returned undefined, not an object of numbers, ${inStep}`],
        ],
        [`${member} that returns a number`, [asSession(member, 0.5), 'returned a number, not an object of numbers']],
        [`${member} without loss`, [asSession(member, { cost: 1 }), 'returned no loss, but an object with cost']],
        [
          `${member} with loss as text`,
          [asSession(member, { loss: '1.5' }), 'returned a loss that is a string, not a number'],
        ],
        [`${member} with loss as a BigInt`, [asSession(member, { loss: 1n }), 'returned a loss that is a bigint']],
        [
          `${member} with a tensor`,
          [asSession(member, { loss: 1, accuracy: four }), 'returned an accuracy that is an object'],
        ],
        [`${member} with null`, [asSession(member, { loss: 1, error: null }), 'returned an error that is null']],
        [`${member} with a Map`, [asSession(member, named('loss', 1)), 'returned no loss']],
        [`${member} with __proto__`, [asSession(member, JSON.parse('{"loss":1,"__proto__":2}')), 'a reserved name']],
        [`${member} that resolves to null`, [asSession(member, Promise.resolve(null)), 'returned null']],
        [`${member} that throws`, [{ session: { [member]: boom } }, `failed ${inStep}: boom`]],
        [`${member} that rejects`, [{ session: { [member]: reject } }, `failed ${inStep}: boom`]],
      ] as const;
    }),
  ),
  'predict of nothing': [asSession('predict', undefined), 'returned predicted outputs that are undefined'],
  'predict of a tensor': [asSession('predict', { y: new Float32Array(2) }), 'predicted outputs in which "y"'],
  'predict of a Map': [asSession('predict', named('y', four)), 'returned predicted outputs that are an object'],
  'predict of too few bytes': [
    asSession('predict', { y: { ...four, shape: [9] } }),
    '"y" is float32[9] of 36 bytes, but holds 16',
  ],
  'predict that rejects': [{ session: { predict: reject } }, 'failed in a prediction: boom'],
  'capture of nothing': [asSession('capture', undefined), 'returned a state that is undefined'],
  'capture without slots': [
    asSession('capture', { parameters: new Map() }),
    'optimizer slots that are undefined, not a Map',
  ],
  'capture of objects': [
    asSession('capture', { parameters: { w: 1 }, optimizer: {} }),
    'parameters that are an object with w, not a Map',
  ],
  'capture of lists': [asSession('capture', stateOf([['w', four]])), 'parameters that are an array, not a Map'],
  'capture of a number': [asCapture('w', 1), '"w" is a number, not a tensor'],
  'capture of a typed array': [asCapture('w', new Float32Array(1)), '"w" has the unknown dtype undefined'],
  'capture of too few bytes': [
    asCapture('w', { ...four, bytes: new Uint8Array(12) }),
    '"w" is float32[4] of 16 bytes, but holds 12',
  ],
  'capture of floats as bytes': [
    asCapture('w', { ...four, bytes: new Float32Array(4) }),
    '"w" has bytes that are an object',
  ],
  'capture of an unknown dtype': [asCapture('w', { ...four, dtype: 'f32' }), '"w" has the unknown dtype "f32"'],
  'capture of dtype constructor': [
    asCapture('w', { ...four, dtype: 'constructor' }),
    'the unknown dtype "constructor"',
  ],
  'capture of a negative shape': [asCapture('w', { ...four, shape: [-2, -2] }), '"w" has the shape [-2, -2]'],
  'capture of no shape': [asCapture('w', { ...four, shape: undefined }), '"w" has a shape that is undefined'],
  'capture of __metadata__': [asCapture('__metadata__', four), '"__metadata__" has a reserved name'],
  'capture of __proto__': [asCapture('__proto__', four), '"__proto__" has a reserved name'],
  'capture named by number': [asCapture(1, four), 'is named by a number'],
  'capture of a parameter that is not listed': [
    asCapture('w', four),
    'the parameter "w", which the session does not list',
  ],
  'capture without a listed parameter': [
    { session: { parameters: [w] } },
    'without the parameter "w", which the session lists',
  ],
  'capture of another shape': [
    { session: { parameters: [w], capture: () => stateOf(named('w', four)) } },
    '"w" as float32[4], but lists it as float32[2]',
  ],
  'capture of another type': [
    { session: { parameters: [w], capture: () => stateOf(named('w', tensor(new Int32Array(2)))) } },
    '"w" as int32[2], but lists it as float32[2]',
  ],
  'restore that throws': [{ session: { restore: boom } }, 'failed to restore a state: boom'],
  'dispose that rejects': [{ session: { dispose: reject } }, 'failed to dispose of the model: boom'],
};

describe('checkedBackend', () => {
  it('accepts a valid backend', async () => {
    await useAll(await backendWith({}));
    await useAll(await backendWith({ session: { fused: { most: 2, steps: () => [{ loss: 1 }, { loss: 2 }] } } }));
  });

  for (const [what, [parts, message]] of Object.entries(faults)) {
    it(`names the backend and the fault: ${what}`, async () => {
      const backend =
        typeof parts === 'object' && parts !== null ? await backendWith(parts) : (parts as unknown as Backend);
      const error = await useAll(backend).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!isForgeError(error)) throw error ?? new Error('nothing was wrong');
      expect(error.message)
        .to.include(message)
        .and.to.match(/he backend bad \(forge-backend-bad 1\.0\.0\)/);
      expect(error.message).to.not.include('\n');
      expect(error.code).to.equal(/ failed /.test(error.message) ? 'ENGINE_UNUSABLE' : 'BACKEND_INVALID');
    });
  }
});

describe('a checked session', () => {
  /** Needs `this`, has private state, and every optional member. */
  class Whole implements Required<TrainSession> {
    readonly #state = stateOf(new Map());
    readonly calls: string[] = [];
    most = 1;
    get artefacts() {
      return { calls: this.calls };
    }
    get parameters() {
      return [];
    }
    get base() {
      return { tensors: 1, count: 2, bytes: 8 };
    }
    get warnings() {
      return [`${this.calls.length} calls`];
    }
    get fused() {
      const steps = () => this.#record('fused', [{ loss: 1 }]);
      return { most: this.most, steps };
    }
    step() {
      return this.#record('step', { loss: 1 });
    }
    evaluate() {
      return this.#record('evaluate', { loss: 1 });
    }
    get labels() {
      return ['y'];
    }
    learningRate() {
      return this.#record('learningRate', 0.1);
    }
    gauges() {
      return this.#record('gauges', { lossScale: 1 });
    }
    get intact() {
      return true;
    }
    async settle() {
      this.#record('settle', 0);
    }
    async locateNotFinite() {
      return this.#record('locateNotFinite', 'in a value');
    }

    interrupt() {
      this.#record('interrupt', 0);
    }
    observe() {
      this.#record('observe', 0);
    }
    predict() {
      return this.#record('predict', {});
    }
    capture(memory?: SessionState) {
      return this.#record('capture', memory ?? this.#state);
    }
    async captureAside() {
      return this.#record('captureAside', this.#state);
    }
    restore() {
      this.#record('restore', 0);
    }
    checkpointFiles() {
      return this.#record('checkpointFiles', new Map());
    }
    liveTensors() {
      return this.#record('liveTensors', 7);
    }
    dispose() {
      this.#record('dispose', 0);
    }
    #record<T>(call: string, value: T): T {
      this.calls.push(call);
      return value;
    }
  }

  const open = async (session: TrainSession) => {
    const backend = checkedBackend(await backendWith({ engine: { build: async () => session } }), party);
    const engine = await backend.start({ searchFrom: [] });
    return engine.build({ load: () => undefined, sample: {}, seed: 0 });
  };

  it('has every member of the session, bound to it, and reads its getters each time', async () => {
    const whole = new Whole();
    const session = await open(whole);
    const memory = stateOf(new Map());
    session.step({}, { step: 0, metrics: true });
    session.evaluate({});
    await session.settle?.();
    await session.locateNotFinite?.({});
    session.gauges?.();
    session.interrupt?.();
    expect(session.intact).to.equal(true);
    session.observe?.({ loss: 1 });
    session.predict({});
    expect(session.capture(memory), 'the given memory').to.equal(memory);
    await session.captureAside?.();
    session.restore(memory);
    session.checkpointFiles?.({ name: 'p', places: new Map() });
    expect(session.liveTensors?.()).to.equal(7);
    expect(session.learningRate?.(0)).to.equal(0.1);
    expect(session.labels).to.deep.equal(['y']);
    session.dispose();
    await session.fused?.steps([{}], { step: 0, metrics: true });
    const methods = Object.getOwnPropertyNames(Whole.prototype).filter((name) => name !== 'constructor');
    const called = methods.filter(
      (name) => !['artefacts', 'parameters', 'base', 'warnings', 'intact', 'labels'].includes(name),
    );
    expect([...whole.calls].sort()).to.deep.equal(called.sort());
    expect(session.warnings).to.deep.equal([`${whole.calls.length} calls`]);
    whole.most = 9;
    expect(session.fused?.most).to.equal(9);
  });

  it('is not intact after a step returned invalid numbers, because its update was done', async () => {
    const whole = Object.assign(new Whole(), { step: () => ({ loss: 'low' }) });
    const session = await open(whole as never);
    expect(() => session.step({}, { step: 0, metrics: true })).to.throw('in step 1');
    expect(session.intact).to.equal(false);
  });

  it('receives arrays of the dtypes that the engine accepts, unchanged if they have one', async () => {
    const seen: Batch[] = [];
    const see = (batch: Batch) => {
      seen.push(batch);
      return { loss: 1 };
    };
    const session = {
      step: see,
      evaluate: see,
      predict: (batch: Batch) => {
        see(batch);
        return {};
      },
      fused: { most: 2, steps: (batches: readonly Batch[]) => batches.map(see) },
    };
    const valid = await backendWith({ session });
    const build = async (request: BuildRequest) => {
      see(request.sample);
      return (await valid.start({ searchFrom: [] })).build(request);
    };
    const accepts = ['float32', 'int32'];
    const engine = await checkedBackend(await backendWith({ engine: { build, accepts } }), party).start({
      searchFrom: [],
    });
    const batch = { x: tensor(Float64Array.of(0.5, 2)), y: tensor(BigInt64Array.of(1n, -3n)), z: four };
    const checked = await engine.build({ load: () => undefined, sample: batch, seed: 0 });
    checked.step(batch, { step: 0, metrics: true });
    checked.evaluate(batch);
    await checked.predict(batch);
    await checked.fused!.steps([batch, batch], { step: 1, metrics: true });
    expect(seen).to.have.lengthOf(6);
    for (const given of seen) {
      expect(given).to.deep.equal({ x: tensor(Float32Array.of(0.5, 2)), y: tensor(Int32Array.of(1, -3)), z: four });
      expect(given.z).to.equal(four);
    }
    const accepted = { z: four };
    checked.evaluate(accepted);
    expect(seen.at(-1)).to.equal(accepted);
  });

  it('is intact after a batch that was refused before it reached the session', async () => {
    const engine = await checkedBackend(await backendWith({ engine: { accepts: ['int32'] } }), party).start({
      searchFrom: [],
    });
    const session = await engine.build({ load: () => undefined, sample: {}, seed: 0 });
    const step = (batch: Batch) => session.step(batch, { step: 0, metrics: true });
    expect(session.intact).to.equal(undefined);
    expect(() => step({ x: four })).to.throw(
      'The array x is float32[4], but the engine null of the backend bad (forge-backend-bad 1.0.0) accepts int32.',
    );
    expect(session.intact).to.equal(true);
    step({ x: tensor(Int32Array.of(1)) });
    expect(session.intact).to.equal(undefined);
    expect(() => step({ x: tensor(BigInt64Array.of(1n, 2n ** 31n)) })).to.throw(
      'The array x is int64[2] and holds 2147483648, but the engine null of the backend bad (forge-backend-bad 1.0.0) accepts int32: int32 cannot hold it.',
    );
  });

  it('does not have optional members that the session does not have', async () => {
    const engine = await nullBackend.start({ searchFrom: [] });
    const bare = await engine.build({ load: () => undefined, sample: {}, seed: 0 });
    const session = await open(bare);
    for (const name of [
      'fused',
      'settle',
      'intact',
      'observe',
      'captureAside',
      'checkpointFiles',
      'liveTensors',
    ] as const) {
      expect(session[name], name).to.equal(undefined);
    }
  });
});
