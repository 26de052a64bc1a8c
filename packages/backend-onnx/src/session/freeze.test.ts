import { type Engine, isForgeError, type SessionState, type TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { fromOnnx } from '../finetune/from-onnx.js';
import { float32, modelOf, nodeOf } from '../finetune/model-file.test.support.js';
import { dense } from '../layers/dense.js';
import { flatten } from '../layers/shapes.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { batchAt, bitsOf, bitsOfBatch, classifier, open, startCpu } from './models.test.support.js';

describe('frozen parameters', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (load: () => unknown, freeze?: readonly string[]): Promise<TrainSession> => {
    const session = await engine.build({ load, sample: batchAt(0), seed: 7, freeze });
    opened.push(session);
    return session;
  };
  before(async () => {
    engine = await startCpu();
  });
  afterEach(async () => {
    for (const session of opened.splice(0)) await session.dispose();
  });
  after(() => engine.dispose());

  const parametersOf = ({ parameters }: SessionState) => bitsOfBatch(Object.fromEntries(parameters));

  /** The parameters that three steps, one of them in a block, change. */
  async function changedBy(session: TrainSession): Promise<string[]> {
    const before = parametersOf(await session.capture());
    await session.step(batchAt(0), { step: 0, metrics: true });
    await session.fused!.steps([batchAt(1), batchAt(2)], { step: 1, metrics: true });
    const after = parametersOf(await session.capture());
    return Object.keys(before).filter((name) => before[name] !== after[name]);
  }

  it('keep their bits, the statistics of a frozen batch norm too, and have no slots', async () => {
    const session = await build(() => classifier({ freeze: 'net/features/*' }));
    const trained = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    expect(trained).to.deep.equal(['net/dense_1/kernel', 'net/dense_1/bias', 'net/dense_2/kernel', 'net/dense_2/bias']);
    expect(await changedBy(session)).to.deep.equal(trained);
    const { optimizer } = await session.capture();
    expect([...optimizer.keys()].filter((name) => name.startsWith('net/features'))).to.deep.equal([]);
  });

  it('are those of the model and those of the request', async () => {
    const session = await build(() => classifier({ freeze: ['net/features/conv2d_1/*'] }), ['*/bias']);
    expect(await changedBy(session)).to.deep.equal([
      'net/features/batch_normalization_1/gamma',
      'net/features/batch_normalization_1/beta',
      'net/features/batch_normalization_1/moving_mean',
      'net/features/batch_normalization_1/moving_variance',
      'net/dense_1/kernel',
      'net/dense_2/kernel',
    ]);
  });

  it('may be the statistics of a batch norm alone: it then uses them', async () => {
    const changed = await changedBy(await build(() => classifier(), ['*/moving_*']));
    expect(changed).to.include('net/features/batch_normalization_1/gamma');
    expect(changed.filter((name) => name.includes('moving'))).to.deep.equal([]);
  });

  it('do not change what the others start with, nor the first loss, if no batch norm is frozen', async () => {
    const [plain, frozen] = [await build(() => classifier()), await build(() => classifier(), ['net/dense_1/*'])];
    expect(parametersOf(await frozen.capture())).to.deep.equal(parametersOf(await plain.capture()));
    const step = (session: TrainSession) => session.step(batchAt(0), { step: 0, metrics: true });
    expect((await step(frozen)).loss).to.be.closeTo((await step(plain)).loss!, 1e-6);
  });

  it('of an .onnx file', async () => {
    const { kernel, bias } = Object.fromEntries(
      (['kernel', 'bias'] as const).map((name) => [name, batchAt(name === 'kernel' ? 3 : 4).images!]),
    );
    const file = modelOf({
      inputs: { x: float32('batch', 288) },
      initializers: {
        'trunk.weight': { ...kernel!, shape: [288, 16] },
        'trunk.bias': { ...bias!, shape: [16], bytes: bias!.bytes.slice(0, 64) },
      },
      nodes: [
        nodeOf('MatMul', ['x', 'trunk.weight'], ['hidden']),
        nodeOf('Add', ['hidden', 'trunk.bias'], ['features']),
      ],
      outputs: ['features'],
    });
    const tune = (freeze?: string) =>
      fromOnnx(file, {
        inputs: { x: ({ images }, context) => flatten()(images!, context) },
        head: dense(3),
        loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
        ...(freeze === undefined ? {} : { freeze }),
      });
    const all = ['trunk.weight', 'trunk.bias', 'head/dense_1/kernel', 'head/dense_1/bias'];
    expect(await changedBy(await build(() => tune()))).to.deep.equal(all);
    expect(await changedBy(await build(() => tune(), ['trunk.*']))).to.deep.equal(all.slice(2));
    expect(await changedBy(await build(() => tune('*/bias'), ['trunk.*']))).to.deep.equal(['head/dense_1/kernel']);
  });

  it('resume exactly', async () => {
    const straight = await build(() => classifier({ freeze: 'net/features/*' }));
    const resumed = await build(() => classifier(), ['net/features/*']);
    for (let step = 0; step < 3; step++) await straight.step(batchAt(step), { step, metrics: true });
    await resumed.restore(await straight.capture());
    for (let step = 3; step < 5; step++) await straight.step(batchAt(step), { step, metrics: true });
    await resumed.fused!.steps([batchAt(3), batchAt(4)], { step: 3, metrics: true });
    expect(bitsOf(await resumed.capture())).to.deep.equal(bitsOf(await straight.capture()));
  });

  it('that no pattern matches, and freezing all of them, are errors', async () => {
    const errorOf = async (freeze: readonly string[]): Promise<string> => {
      const error = await open(engine, () => classifier({ freeze })).catch((thrown: unknown) => thrown);
      return isForgeError(error) ? `${error.code} ${error.message}` : String(error);
    };
    expect(await errorOf(['net/features/*', 'encoder/*'])).to.equal(
      'MODEL_INVALID freeze has the pattern "encoder/*", which matches no parameter of the model.',
    );
    expect(await errorOf(['*'])).to.equal('MODEL_INVALID All trainable parameters of the model are frozen.');
  });
});
