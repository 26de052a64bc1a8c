import { expect } from 'chai';
import { tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { toyBackend } from '../../testing/toy-backend.js';
import type { BuildRequest, Engine, GradientReport, TrainSession } from '../backend.js';
import { checkedBackend } from './checked-backend.js';

const batch = { x: tensor(new Float32Array([1, 2]), [1, 2]), y: tensor(new Float32Array([1]), [1, 1]) };
const model = { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, momentum: 0.9 };
const party = { backend: 'toy', package: null };
const number = tensor(new Float32Array([1]));

/** Opens a checked toy session with some members replaced. */
async function open(
  change: (session: TrainSession) => Partial<TrainSession>,
  request: Partial<BuildRequest> = {},
  engineChange: Partial<Engine> = {},
): Promise<TrainSession> {
  const engine = await toyBackend.start({ searchFrom: [] });
  const build: Engine['build'] = async (given) => {
    const session = await engine.build(given);
    const changed = change(session);
    return new Proxy(session, {
      get: (target, key) => {
        const value = key in changed ? changed[key as keyof TrainSession] : Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const start = async () => ({ ...engine, build, ...engineChange });
  const checked = await checkedBackend({ ...toyBackend, start }, party).start({ searchFrom: [] });
  return checked.build({ load: () => model, sample: batch, seed: 1, ...request });
}

const prefix = 'The engine plain of the backend toy ';
const asked = { step: 0, metrics: true };

describe('the optional features of a session, checked', () => {
  it('passes on what a valid session reports', async () => {
    const session = await open(() => ({}), { ema: 0.9, freeze: ['layer0.bias'] });
    const seen: string[] = [];
    await session.step(batch, {
      ...asked,
      onOutputs: (outputs, index) => void seen.push(`${Object.keys(outputs)} ${index}`),
      onGradients: (report) => void seen.push(String([...report.keys()])),
    });
    await session.evaluate(batch, {
      weights: 'ema',
      onOutputs: (outputs) => void seen.push(String(Object.keys(outputs))),
    });
    expect(seen).to.deep.equal(['outputs 0', 'layer0.weights', 'outputs']);
    expect([...(await session.capture()).ema!.keys()]).to.deep.equal(['layer0.weights']);
    expect(session.learningRate?.(3)).to.equal(0.1);
  });

  const stateWith = (ema: unknown) => (session: TrainSession) => ({
    capture: async () => ({ ...(await session.capture()), ema: ema as ReadonlyMap<string, never> }),
  });
  const averages: Readonly<Record<string, readonly [unknown, string]>> = {
    'no average': [undefined, 'returned a state without the moving average that it was built to keep.'],
    'an average that is no Map': [
      {},
      'returned a state with moving averages that are an object with nothing in it, not a Map of tensors by name.',
    ],
    'a missing average': [new Map(), 'returned a state without the moving average of "layer0.weights".'],
    'an average of another shape': [
      new Map([['layer0.weights', number]]),
      'returned a state with the moving average of "layer0.weights" as float32[1], not float32[2, 1].',
    ],
    'an average of what is not trained': [
      new Map([
        ['layer0.weights', tensor(new Float32Array(2), [2, 1])],
        ['layer0.bias', number],
        ['inputs.mean', tensor(new Float32Array(2))],
      ]),
      'returned a state with a moving average of "inputs.mean", which is no trained parameter.',
    ],
  };
  for (const [what, [ema, message]] of Object.entries(averages)) {
    it(`refuses ${what}`, async () => {
      const session = await open(stateWith(ema), { ema: 0.9 });
      const error = await failureOf(async () => session.capture());
      expect([error.code, error.message]).to.deep.equal(['BACKEND_INVALID', `${prefix}${message}`]);
    });
  }

  it('refuses an average that was not asked for, and gives none to a session without', async () => {
    const session = await open(stateWith(new Map()));
    const error = await failureOf(async () => session.capture());
    expect(error.message).to.equal(`${prefix}returned a state with a moving average, which was not asked for.`);
    const restored = {};
    const plain = await open(() => ({ restore: (state) => void Object.assign(restored, state) }));
    await plain.restore({ ...(await plain.capture()), ema: new Map() });
    expect(restored).to.not.have.property('ema');
  });

  const steps: Readonly<Record<string, readonly [TrainSession['step'], string]>> = {
    'no outputs': [() => ({ loss: 1 }), 'reported no outputs, in step 1.'],
    'outputs that are no tensors': [
      (_, { onOutputs }) => {
        onOutputs?.({ y: 5 as never }, 0);
        return { loss: 1 };
      },
      'reported outputs in which "y" is a number, not a tensor { dtype, shape, bytes }, in step 1.',
    ],
    'outputs of another update': [
      (_, { onOutputs }) => {
        onOutputs?.({ y: number }, 1);
        return { loss: 1 };
      },
      'reported the outputs of update 1 out of order, in step 1.',
    ],
  };
  for (const [what, [step, message]] of Object.entries(steps)) {
    it(`refuses a step that reports ${what}`, async () => {
      const session = await open(() => ({ step }));
      const error = await failureOf(async () => session.step(batch, { ...asked, onOutputs: () => undefined }));
      expect([error.code, error.message]).to.deep.equal(['BACKEND_INVALID', `${prefix}${message}`]);
      expect(session.intact).to.equal(false);
    });
  }

  const gradient = { gradient: tensor(new Float32Array(2), [2, 1]), parameterNorm: 1, updateNorm: 1 };
  const gradients: Readonly<Record<string, readonly [unknown, string]>> = {
    'no gradients': [undefined, 'reported no gradients, in step 1.'],
    'gradients in an object': [
      {},
      'reported gradients that are an object with nothing in it, not a Map by parameter, in step 1.',
    ],
    'a gradient of what is not trained': [
      new Map([['inputs.mean', gradient]]),
      'reported the gradient of "inputs.mean", which is no trained parameter, in step 1.',
    ],
    'a gradient of another shape': [
      new Map([['layer0.weights', { ...gradient, gradient: number }]]),
      'reported the gradient of "layer0.weights" as float32[1] for float32[2, 1], in step 1.',
    ],
    'a gradient without a norm': [
      new Map([['layer0.weights', { ...gradient, updateNorm: undefined }]]),
      'reported the gradient of "layer0.weights", whose updateNorm is undefined, not a number, in step 1.',
    ],
  };
  for (const [what, [report, message]] of Object.entries(gradients)) {
    it(`refuses a step that reports ${what}`, async () => {
      const step: TrainSession['step'] = (_, { onGradients }) => {
        if (report !== undefined) onGradients?.(report as GradientReport);
        return { loss: 1 };
      };
      const session = await open(() => ({ step }));
      const error = await failureOf(async () => session.step(batch, { ...asked, onGradients: () => undefined }));
      expect([error.code, error.message]).to.deep.equal(['BACKEND_INVALID', `${prefix}${message}`]);
    });
  }

  it('refuses an evaluation without its outputs, a wrong learning rate, and features that are not done', async () => {
    const silent = await open(() => ({ evaluate: () => ({ loss: 1 }) }));
    const missing = await failureOf(async () => silent.evaluate(batch, { onOutputs: () => undefined }));
    expect(missing.message).to.equal(`${prefix}reported no outputs, in an evaluation.`);
    const rated = await open(() => ({ learningRate: () => ({ main: 'fast' }) as never }));
    const rate = await failureOf(async () => rated.learningRate?.(0));
    expect(rate.message).to.equal(`${prefix}returned a learning rate of "main" that is a string, not a number.`);
    const unrated = await failureOf(() => open(() => ({ learningRate: undefined as never })));
    expect(unrated.message).to.equal(
      `${prefix}built a session that has no learningRate, which its engine declares as a feature.`,
    );
    const thawed = await failureOf(() =>
      open((session) => ({ parameters: session.parameters.map((info) => ({ ...info, trainable: true })) }), {
        freeze: ['layer0.*'],
      }),
    );
    expect(thawed.message).to.equal(
      `${prefix}built a session that trains the parameter "layer0.weights", which is frozen.`,
    );
  });
});
