import { type BuildRequest, sgd, type TrainSession } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { adversarial, batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('freezing parameters', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  function open(
    freeze: readonly string[],
    ofModel?: string | readonly string[],
    change?: (model: OneLossModel) => void,
  ) {
    const load = () => {
      const model = { ...classifier(tf, () => sgd(0.1)), ...(ofModel && { freeze: ofModel }) };
      change?.(model);
      return model;
    };
    return buildSession(tf, request(load, { freeze } satisfies Partial<BuildRequest>));
  }

  /** The names of what three steps change. */
  async function changed(session: TrainSession): Promise<string[]> {
    const before = bitsOf(await session.capture());
    for (let step = 0; step < 3; step++) await session.step(batchAt(step), { step, metrics: true });
    const after = bitsOf(await session.capture());
    await session.dispose();
    return Object.keys(after).filter((name) => after[name] !== before[name]);
  }

  const trainableOf = ({ parameters }: TrainSession) =>
    parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
  const norm = 'mlp/batch_normalization_1';

  it('changes no bit of them, by patterns of the model and of the run', async () => {
    const session = await open(['mlp/dense_1/*'], `${norm}/beta`);
    const trainable = [`${norm}/gamma`, 'mlp/head/kernel', 'mlp/head/bias'];
    expect(trainableOf(session)).to.have.members(trainable);
    expect(session.warnings).to.deep.equal([]);
    const averages = [`${norm}/moving_mean`, `${norm}/moving_variance`];
    expect(await changed(session)).to.have.members([...trainable, ...averages]);
  });

  it('runs batch normalization with frozen averages as in an evaluation', async () => {
    for (const pattern of [`${norm}/*`, `${norm}/gamma`, `${norm}/moving_mean`]) {
      const session = await open([pattern]);
      expect(await changed(session), pattern).to.have.members(trainableOf(session));
    }

    // A batch of one example: its own statistics would make every output of the layer 0.
    const one = await open([`${norm}/*`, 'mlp/head/*']);
    const losses: unknown[] = [];
    for (const index of [1, 2]) {
      const { loss } = await one.step(batchAt(index, 1), { step: 0, metrics: true });
      losses.push(loss);
    }
    expect(losses[0]).to.not.equal(losses[1]);
    await one.dispose();
  });

  it('does the same for a batch normalization that is not trainable', async () => {
    const session = await open([], [], ({ artefacts }) => {
      (artefacts!.mlp as tfjs.Sequential).layers[1]!.trainable = false;
    });
    expect(await changed(session)).to.have.members(trainableOf(session));
  });

  it('restores a frozen variable that the model itself assigns', async () => {
    const load = (freeze: string[]) => () => {
      const [w, count] = [tf.variable(tf.ones([6, 1]), true, 'w'), tf.variable(tf.scalar(0), false, 'count')];
      return {
        predict: ({ x }: Record<string, tfjs.Tensor>, { training }: { training: boolean }) => {
          if (training) count.assign(tf.add(count, 1));
          return tf.matMul(x!, w);
        },
        loss: (_: unknown, y: tfjs.Tensor) => tf.mean(tf.square(y)),
        optimizer: sgd(0.1),
        freeze,
      };
    };
    expect(await changed(await buildSession(tf, request(load([]))))).to.deep.equal(['w', 'count']);
    expect(await changed(await buildSession(tf, request(load(['count']))))).to.deep.equal(['w']);
  });

  it('has no slots and no constraints for them', async () => {
    const load = () => {
      const net = tf.sequential({
        layers: [
          tf.layers.dense({ units: 4, inputShape: [6], kernelConstraint: 'unitNorm', name: 'first' }),
          tf.layers.dense({ units: 3, name: 'head' }),
        ],
      });
      return { ...classifier(tf), predict: ({ x }: Record<string, tfjs.Tensor>) => net.apply(x!), artefacts: { net } };
    };
    const session = await buildSession(tf, request(load, { freeze: ['net/first/*'] }));
    expect([...(await session.capture()).optimizer.keys()].filter((name) => name.includes('first'))).to.deep.equal([]);
    const moved = await changed(session);
    expect(moved.filter((name) => name.includes('first'))).to.deep.equal([]);
    expect(moved).to.include('net/head/kernel');
  });

  it('allows groups of frozen parameters, and refuses updates of nothing else', async () => {
    const groups = [{ parameters: 'mlp/dense_1/*', rate: 0.001 }];
    const grouped = () => classifier(tf, () => sgd(0.1, { groups }));
    const session = await buildSession(tf, request(grouped, { freeze: ['mlp/dense_1/*'] }));
    expect(await changed(session)).to.not.include.members(['mlp/dense_1/kernel', 'mlp/dense_1/bias']);
    const failure = await buildSession(
      tf,
      request(() => adversarial(tf), { freeze: ['generator/*'] }),
    ).catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'All parameters of the update generator are frozen.');
  });

  it('refuses a pattern that matches nothing, and freezing everything', async () => {
    const failure = (freeze: string[], ofModel?: string[]) =>
      open(freeze, ofModel).then(
        () => undefined,
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );
    const tensors = tf.memory().numTensors;
    expect(await failure(['encoder/*'])).to.equal(
      'MODEL_INVALID: freeze has the pattern "encoder/*", which matches no parameter of the model.',
    );
    expect(await failure([], ['haed/*'])).to.contain(`The model's freeze has the pattern "haed/*"`);
    expect(await failure(['mlp/*'])).to.contain('All trainable variables of the model are frozen: mlp/dense_1/kernel');
    expect(tf.memory().numTensors).to.equal(tensors);
  });
});
