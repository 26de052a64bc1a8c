import {
  adamw,
  type Engine,
  elements,
  type GradientReport,
  type NamedTensors,
  sgd,
  type TensorData,
  type TrainSession,
  tensor,
} from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { conformanceModel, optimizerRules } from '../conformance-model.test.support.js';
import { dense } from '../layers/dense.js';
import type { LayerContext } from '../layers/layer.js';
import { batch, layerModels } from '../layers/layer-models.test.support.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { batchAt, bitsOf, classifier, startCpu } from './models.test.support.js';

const waves = (count: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: count }, (_, at) => Math.sin(at + 1)),
    shape,
  );
const rows = { x: waves(12, 4, 3), y: waves(8, 4, 2) };
const numbersOf = (data: TensorData) => [...elements(data)].map(Number);
const norm = (values: readonly number[]) => Math.hypot(...values);
const differences = (to: readonly number[], from: readonly number[]) => to.map((value, at) => value - from[at]!);

describe('reports about gradients', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (load: () => unknown, sample = batchAt(0)): Promise<TrainSession> => {
    const session = await engine.build({ load, sample, seed: 7 });
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

  /** A step's report, and the parameters before and after it. */
  async function reported(session: TrainSession, step: number) {
    const reports: GradientReport[] = [];
    const before = (await session.capture()).parameters;
    const onGradients = (report: GradientReport) => reports.push(report);
    await session.step(batchAt(step), { step, metrics: true, onGradients });
    expect(reports.length).to.equal(1);
    return { report: reports[0]!, before, after: (await session.capture()).parameters };
  }

  const changeOf = (name: string, before: NamedTensors, after: NamedTensors) =>
    differences(numbersOf(after.get(name)!), numbersOf(before.get(name)!));

  it('have the gradient, and the norms of parameter and update, of each trained parameter', async () => {
    const session = await build(() => classifier({ optimizer: sgd(0.5), freeze: 'net/dense_1/bias' }));
    const { report, before, after } = await reported(session, 0);
    const trained = session.parameters.filter(({ trainable }) => trainable);
    expect([...report.keys()]).to.deep.equal(trained.map(({ name }) => name));
    for (const [name, { gradient, parameterNorm, updateNorm }] of report) {
      const change = changeOf(name, before, after);
      expect(gradient.shape).to.deep.equal(before.get(name)!.shape);
      for (const [at, value] of numbersOf(gradient).entries()) expect(-0.5 * value).to.be.closeTo(change[at]!, 1e-6);
      expect(updateNorm, name).to.be.closeTo(norm(change), 1e-5 * (1 + norm(change)));
      expect(parameterNorm, name).to.be.closeTo(norm(numbersOf(before.get(name)!)), 1e-4);
    }
  });

  it('have gradients before clipping', async () => {
    const load = (optimizer = sgd(1)) => classifier({ optimizer });
    const plain = await reported(await build(() => load()), 0);
    const clipped = await reported(await build(() => load(sgd(1, { clipNorm: 1e-3, clipValue: 1e-2 }))), 0);
    for (const [name, { gradient }] of plain.report) {
      expect(numbersOf(clipped.report.get(name)!.gradient)).to.deep.equal(numbersOf(gradient));
    }
    const total = norm([...clipped.report.values()].map(({ updateNorm }) => updateNorm));
    expect(total).to.be.closeTo(1e-3, 1e-5);
  });

  it('are about updates: the mean of accumulated gradients, and nothing before', async () => {
    const still = () => build(() => classifier({ optimizer: sgd(0) }));
    const [single, session] = [
      await still(),
      await build(() => classifier({ optimizer: sgd(0.5, { accumulate: 2 }) })),
    ];
    const parts = [await reported(single, 0), await reported(single, 1)];
    expect((await reported(session, 0)).report.size).to.equal(0);
    const { report, before, after } = await reported(session, 1);
    const name = 'net/dense_2/kernel';
    const [first, second] = parts.map((part) => numbersOf(part.report.get(name)!.gradient));
    const mean = numbersOf(report.get(name)!.gradient);
    for (const [at, value] of mean.entries()) expect(value).to.be.closeTo((first![at]! + second![at]!) / 2, 1e-6);
    const change = norm(changeOf(name, before, after));
    expect(change).to.be.greaterThan(0);
    expect(report.get(name)!.updateNorm).to.be.closeTo(change, 1e-5);
  });

  describe('and outputs do not change the update', () => {
    /** Three steps without and with reports, on one batch. */
    async function compare(load: () => unknown, sample = batchAt(0)): Promise<void> {
      const [plain, reporting] = [await build(load, sample), await build(load, sample)];
      const ignore = () => undefined;
      for (let step = 0; step < 3; step++) {
        const stats = await plain.step(sample, { step, metrics: true });
        const request = { step, metrics: true, onGradients: ignore, onOutputs: ignore };
        expect(await reporting.step(sample, request)).to.deep.equal(stats);
      }
      expect(bitsOf(await reporting.capture())).to.deep.equal(bitsOf(await plain.capture()));
    }

    it('of a model with adamw, clipping and accumulation', () =>
      compare(() => classifier({ optimizer: adamw(0.01, { clipNorm: 0.1, clipValue: 0.05, accumulate: 2 }) })));

    for (const optimizer of Object.keys(optimizerRules)) {
      it(`of ${optimizer}`, () => compare(() => conformanceModel({ dropout: true, linear: false, optimizer }), rows));
    }

    for (const [title, [array, net]] of Object.entries(layerModels)) {
      it(`through ${title}`, () =>
        compare(() => {
          const head = dense(3, { name: 'head' });
          return {
            predict: (inputs: Record<string, Value>, context: LayerContext) =>
              head(net(inputs[array]!, context), context),
            loss: ({ labels }: Record<string, Value>, logits: Value) => softmaxCrossEntropy(logits, labels!),
            optimizer: sgd(0.1),
          };
        }, batch));
    }
  });
});
