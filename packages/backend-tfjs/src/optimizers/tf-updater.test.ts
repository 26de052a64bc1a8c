import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { cpuTf } from './tf.test.support.js';

describe("a user's own tf.Optimizer", () => {
  let tf: Tf;
  let tensors: number;
  before(async () => {
    tf = await cpuTf();
  });
  beforeEach(() => {
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'leaked tensors').to.equal(tensors);
    expect(tf.engine().state.registeredVariables, 'variables left registered').to.deep.equal({});
  });

  const build = (optimizer: () => tfjs.Optimizer) =>
    buildSession(
      tf,
      request(() => classifier(tf, optimizer)),
    );

  it('has slots by the names of the parameters, the same before the first step as after it', async () => {
    const session = await build(() => tf.train.adam(0.01));
    expect(session.warnings).to.deep.equal([]);
    const before = [...(await session.capture()).optimizer.keys()];
    expect(before).to.include.members([
      'mlp/head/bias/accumulatedFirstMoment',
      'mlp/head/bias/accumulatedSecondMoment',
      'optimizer/accBeta1',
      'optimizer/accBeta2',
    ]);
    expect(before).to.have.length(2 * 6 + 2);
    session.step(batchAt(0), { step: 0, metrics: false });
    expect([...(await session.capture()).optimizer.keys()]).to.deep.equal(before);
    session.dispose();
  });

  it('of unknown class is saved by getWeights and restored by setWeights', async () => {
    class Mine extends tf.MomentumOptimizer {}
    const mine = () => new Mine(0.1, 0.9);
    const [first, second] = [await build(mine), await build(mine)];
    expect(first.warnings.join()).to.include('Mine is not an optimizer Forge knows');
    for (let step = 0; step < 3; step++) first.step(batchAt(step), { step, metrics: false });
    const state = await first.capture();
    expect([...state.optimizer.keys()].slice(0, 2)).to.deep.equal([
      'optimizer/0/iter',
      'optimizer/1/mlp/dense_1/kernel/momentum',
    ]);
    second.step(batchAt(9), { step: 0, metrics: false });
    const alive = tf.memory().numTensors;
    await second.restore(state);
    expect(tf.memory().numTensors).to.equal(alive);
    for (const session of [first, second]) session.step(batchAt(3), { step: 3, metrics: false });
    expect(bitsOf(await second.capture())).to.deep.equal(bitsOf(await first.capture()));
    for (const session of [first, second]) session.dispose();
  });

  it('without getWeights or setWeights fails to restore a state', async () => {
    class Bare extends tf.SGDOptimizer {
      override getWeights(): Promise<never> {
        return Promise.reject(new Error('not implemented'));
      }
      override setWeights(): Promise<never> {
        return Promise.reject(new Error('not implemented'));
      }
    }
    const session = await build(() => new Bare(0.1));
    const state = await session.capture();
    expect(state.optimizer.size).to.equal(0);
    await session.restore(state);
    const foreign = { ...state, optimizer: new Map([['optimizer/0/x', state.parameters.get('mlp/head/bias')!]]) };
    const error = await Promise.resolve(session.restore(foreign)).catch((error: unknown) => error);
    expect(error).to.include({
      code: 'STATE_MISMATCH',
      message: 'The state of the optimizer cannot be restored: not implemented.',
    });
    session.dispose();
  });
});
