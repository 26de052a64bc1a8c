import { type Batch, type Engine, elements, type GradientReport, sgd, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { input } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import type { OnnxModel } from '../model/onnx-model.js';
import { startCpu } from '../session/models.test.support.js';
import { huber, meanAbsoluteError, meanSquaredError, sigmoidCrossEntropy } from './losses.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const [size, classes] = [5, 3];
const start = Array.from({ length: size * classes }, (_, at) => 2 * Math.sin(1.7 * at + 1));
const labels = [0, 2, 1, 2, 0];
const targets = Array.from({ length: size * classes }, (_, at) => (at % 4) / 3);
const weights = [1, 0.5, 2, 0, 3];
const classWeights = [1, 4, 0.25];
const floats = (values: readonly number[], shape = [values.length]) => tensor(Float32Array.from(values), shape);
const batch: Batch = {
  labels: tensor(Int32Array.from(labels)),
  targets: floats(targets, [size, classes]),
  weights: floats(weights),
  elementWeights: floats(
    targets.map((value) => 1 - value),
    [size, classes],
  ),
};

type Arrays = Record<string, Value>;
/** A loss, and the terms and weights whose weighted mean it is, for the numbers of the rows. */
interface Case {
  readonly loss: (rows: Value, arrays: Arrays) => Value;
  readonly terms: (rows: readonly (readonly number[])[]) => readonly (readonly [term: number, weight: number])[];
}

const logSoftmax = (row: readonly number[]) => {
  const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
  return row.map((value) => value - sum);
};
/** The terms of all elements, with a weight for each. */
const perElement =
  (term: (x: number, target: number) => number, weightOf: (row: number, at: number) => number): Case['terms'] =>
  (rows) =>
    rows.flatMap((values, row) =>
      values.map(
        (value, at) => [term(value, targets[row * classes + at]!), weightOf(row, row * classes + at)] as const,
      ),
    );
const ofExample = (row: number) => weights[row]!;
const binary = (x: number, target: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - x * target;

const cases: Record<string, Case> = {
  'softmaxCrossEntropy with class weights': {
    loss: (rows, { labels }) => softmaxCrossEntropy(rows, labels!, { classWeights }),
    terms: (rows) => rows.map((row, at) => [-logSoftmax(row)[labels[at]!]!, classWeights[labels[at]!]!]),
  },
  'softmaxCrossEntropy with weights of the examples': {
    loss: (rows, { labels, weights }) => softmaxCrossEntropy(rows, labels!, { weights: weights! }),
    terms: (rows) => rows.map((row, at) => [-logSoftmax(row)[labels[at]!]!, weights[at]!]),
  },
  'softmaxCrossEntropy with both, and an ignored label': {
    loss: (rows, { labels, weights }) =>
      softmaxCrossEntropy(rows, labels!, { classWeights, weights: weights!, ignoreLabel: 2 }),
    terms: (rows) =>
      rows.map((row, at) => [
        -logSoftmax(row)[labels[at]!]!,
        labels[at] === 2 ? 0 : weights[at]! * classWeights[labels[at]!]!,
      ]),
  },
  'softmaxCrossEntropy with both and smoothed labels, as PyTorch': {
    loss: (rows, { labels, weights }) =>
      softmaxCrossEntropy(rows, labels!, { classWeights, weights: weights!, labelSmoothing: 0.2 }),
    terms: (rows) =>
      rows.map((row, at) => {
        const [logs, own] = [logSoftmax(row), classWeights[labels[at]!]!];
        const uniform = -logs.reduce((sum, log, index) => sum + classWeights[index]! * log, 0) / classes;
        return [(-0.8 * own * logs[labels[at]!]! + 0.2 * uniform) / own, own * weights[at]!];
      }),
  },
  'softmaxCrossEntropy with smoothed labels, of which one is ignored': {
    loss: (rows, { labels }) => softmaxCrossEntropy(rows, labels!, { labelSmoothing: 0.2, ignoreLabel: 2 }),
    terms: (rows) =>
      rows.map((row, at) => {
        const logs = logSoftmax(row);
        const uniform = -logs.reduce((sum, log) => sum + log, 0) / classes;
        return [-0.8 * logs[labels[at]!]! + 0.2 * uniform, labels[at] === 2 ? 0 : 1];
      }),
  },
  'sigmoidCrossEntropy with class weights': {
    loss: (rows, { targets }) => sigmoidCrossEntropy(rows, targets!, { classWeights: [1, 5] }),
    terms: perElement(binary, (_, at) => 1 + 4 * targets[at]!),
  },
  'sigmoidCrossEntropy with class weights and weights of the elements': {
    loss: (rows, { targets, elementWeights }) =>
      sigmoidCrossEntropy(rows, targets!, { classWeights: [1, 5], weights: elementWeights! }),
    terms: perElement(binary, (_, at) => (1 + 4 * targets[at]!) * (1 - targets[at]!)),
  },
  'meanSquaredError with weights of the examples': {
    loss: (rows, { targets, weights }) => meanSquaredError(rows, targets!, { weights: weights! }),
    terms: perElement((x, target) => (x - target) ** 2, ofExample),
  },
  'meanAbsoluteError with weights of the elements': {
    loss: (rows, { targets, elementWeights }) => meanAbsoluteError(rows, targets!, { weights: elementWeights! }),
    terms: perElement(
      (x, target) => Math.abs(x - target),
      (_, at) => 1 - targets[at]!,
    ),
  },
  'huber with weights of the examples': {
    loss: (rows, { targets, weights }) => huber(rows, targets!, 0.7, { weights: weights! }),
    terms: perElement((x, target) => {
      const error = Math.abs(x - target);
      return error <= 0.7 ? 0.5 * error ** 2 : 0.7 * (error - 0.35);
    }, ofExample),
  },
};

function weightedMean(terms: ReturnType<Case['terms']>): number {
  return (
    terms.reduce((sum, [term, weight]) => sum + term * weight, 0) / terms.reduce((sum, [, weight]) => sum + weight, 0)
  );
}

/** The loss in doubles, of the rows in one list. */
function reference({ terms }: Case, values: readonly number[]): number {
  return weightedMean(
    terms(Array.from({ length: size }, (_, row) => values.slice(row * classes, (row + 1) * classes))),
  );
}

describe('weighted losses', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });
  after(() => engine.dispose());

  /** The loss of a step, and the gradient with respect to its rows. */
  async function run(loss: Case['loss'], given = batch): Promise<{ loss: number; gradient: number[] }> {
    const model: OnnxModel<undefined> = {
      loss: (arrays, _, context) =>
        loss(
          context.parameter('rows', [size, classes], () => Float32Array.from(start)),
          arrays,
        ),
      optimizer: sgd(0.1),
    };
    const session = await engine.build({ load: () => model, sample: given, seed: 1 });
    let report: GradientReport = new Map();
    const onGradients = (received: GradientReport) => {
      report = received;
    };
    try {
      const stats = await session.step(given, { step: 0, metrics: true, onGradients });
      return { loss: stats.loss!, gradient: [...elements(report.get('rows')!.gradient)].map(Number) };
    } finally {
      await session.dispose();
    }
  }

  for (const [title, one] of Object.entries(cases)) {
    it(`${title}: the weighted mean, and its gradient by finite differences`, async () => {
      const { loss, gradient } = await run(one.loss);
      const rows = [...Float32Array.from(start)];
      expect(loss).to.be.closeTo(reference(one, rows), 2e-6);
      const step = 1e-5;
      for (const at of rows.keys()) {
        const [above, below] = [rows.with(at, rows[at]! + step), rows.with(at, rows[at]! - step)];
        const difference = (reference(one, above) - reference(one, below)) / (2 * step);
        expect(gradient[at], `element ${at}`).to.be.closeTo(difference, 2e-6);
      }
    });
  }

  it('are those without weights, if all weights are the same', async () => {
    const plain = await run((rows, { labels }) => softmaxCrossEntropy(rows, labels!));
    const same = await run((rows, { labels }) => softmaxCrossEntropy(rows, labels!, { classWeights: [3, 3, 3] }));
    expect(same.loss).to.be.closeTo(plain.loss, 1e-6);
    for (const [at, value] of same.gradient.entries()) expect(value).to.be.closeTo(plain.gradient[at]!, 1e-6);
  });

  it('are 0, and change nothing, for a batch whose weights are all 0', async () => {
    const none = { ...batch, weights: floats([0, 0, 0, 0, 0]) };
    for (const loss of [
      cases['softmaxCrossEntropy with weights of the examples']!.loss,
      cases['meanSquaredError with weights of the examples']!.loss,
    ]) {
      const { loss: value, gradient } = await run(loss, none);
      expect([value, ...gradient].every((number) => number === 0)).to.equal(true);
    }
  });

  it('refuse a negative weight when the step runs', async () => {
    const negative = { ...batch, weights: floats([1, 2, -1e-3, 1, 1]) };
    for (const name of ['softmaxCrossEntropy with weights of the examples', 'huber with weights of the examples']) {
      const error = await run(cases[name]!.loss, negative).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'MODEL_INVALID');
      expect(error).to.have.property('hint').that.contains('negative weight');
    }
  });

  describe('refuse when the model is built', () => {
    const logits = input('logits', 'float32', ['batch', classes]);
    const wanted = input('labels', 'int32', ['batch']);
    const scores = input('scores', 'float32', ['batch', classes]);
    const entropy = (options: object) => () => softmaxCrossEntropy(logits, wanted, options);
    const wrong: Record<string, readonly [() => Value, string]> = {
      'fewer class weights than classes': [
        entropy({ classWeights: [1, 2] }),
        'softmaxCrossEntropy: classWeights has 2 numbers, but there are 3 classes.',
      ],
      'a negative class weight': [
        entropy({ classWeights: [1, -2, 1] }),
        'classWeights has -2, not a number of at least 0',
      ],
      'class weights of 0 only': [entropy({ classWeights: [0, 0, 0] }), 'classWeights are all 0'],
      'class weights that are a value': [entropy({ classWeights: scores }), 'classWeights is '],
      'weights of another shape': [
        entropy({ weights: scores }),
        'softmaxCrossEntropy: weights is float32[batch, 3], not one for each example or for each element of int32[batch].',
      ],
      'weights that are numbers': [entropy({ weights: [1, 2] }), 'weights is an array, not a value'],
      'class weights of a loss without classes': [
        () => meanSquaredError(logits, scores, { classWeights: [1] } as object),
        'classWeights',
      ],
      'three class weights of two classes': [
        () => sigmoidCrossEntropy(logits, scores, { classWeights: [1, 2, 3] as never }),
        'sigmoidCrossEntropy: classWeights has 3 numbers, but there are 2 classes.',
      ],
    };
    for (const [title, [make, message]] of Object.entries(wrong)) {
      it(title, () => {
        expect(make).to.throw(message);
      });
    }
  });
});
