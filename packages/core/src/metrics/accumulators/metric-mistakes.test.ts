import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { tensor } from '../../tensor/tensor-data.js';
import { accuracy, topK } from './accuracy.js';
import { prAuc, rocAuc } from './area.js';
import { arrayOf, batchOf, context, outputsOf, type Row, resultOf, stateOf } from './batches.test.support.js';
import { confusionMatrix } from './confusion-matrix.js';
import { logLoss } from './log-loss.js';
import { mean, meanOf } from './mean.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { MetricArray } from './parts/metric-array.js';
import { f1 } from './precision-recall.js';
import { r2 } from './r2.js';
import { rmse } from './regression.js';

const binary: readonly Row[] = [
  { y: 1, output: 2 },
  { y: 0, output: -1 },
];
const three: readonly Row[] = [
  { y: 1, output: [0, 1, 2] },
  { y: 2, output: [3, 1, 2] },
];

function mistake(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isForgeError(error)) return `${error.code} ${error.message} ${error.hint}`;
    throw error;
  }
  return 'accepted';
}

const add = (accumulator: unknown, rows: readonly Row[], given = context) =>
  mistake(() => stateOf(accumulator as MergingAccumulator<unknown>, rows, [], given));

describe("a metric's options", () => {
  for (const [title, make, pattern] of [
    [
      'an unknown one',
      () => f1({ averag: 'macro' } as object),
      /^OPTION_UNKNOWN f1\(options\) .* Did you mean "average"/,
    ],
    ['of scikit-learn', () => f1({ sample_weight: 'w' } as object), /"sample_weight".* Did you mean "weights"/],
    ['of Keras', () => logLoss({ from_logits: true } as object), /probabilities: true/],
    ['of Keras: num_thresholds', () => rocAuc({ num_thresholds: 200 } as object), /Did you mean "bins"/],
    ['of torchmetrics', () => accuracy({ num_classes: 3 } as object), /omit it/],
    ['of torchmetrics: top_k', () => topK({ top_k: 3 } as object), /Did you mean "k"/],
    [
      'another average',
      () => f1({ average: 'samples' as never }),
      /^MODEL_INVALID .*average is "samples", not "binary"/,
    ],
    ['another zeroDivision', () => f1({ zeroDivision: 2 }), /zeroDivision is 2, not 0, 1, NaN/],
    ['a threshold that is no probability', () => f1({ threshold: 0 }), /threshold is 0, not a probability/],
    ['no k', () => topK({ k: 0 }), /k is 0, not a whole number from 1/],
    ['one bin', () => rocAuc({ bins: 1 }), /bins is 1, not a whole number from 2/],
    ['a label that is no name', () => rmse({ label: 1 as never }), /label is 1, not a name/],
    ['text for yes', () => f1({ probabilities: 'yes' as never }), /probabilities is "yes", not true or false/],
    ['another direction', () => mean({ direction: 'up' as never }), /direction is "up", not "min", "max"/],
  ] as const) {
    it(`refuses ${title}`, () => expect(mistake(make)).to.match(pattern));
  }
});

describe("a metric's arrays", () => {
  for (const [title, accumulator, rows, pattern] of [
    [
      'an array that the batch lacks',
      f1({ label: 'label' }),
      binary,
      /^METRIC_INVALID .*the batch has no "label", but y, w/,
    ],
    ['an output that the model lacks', f1({ output: 'logits' }), binary, /the model has no "logits", but output/],
    ['weights that the batch lacks', f1({ weights: 'weight' }), binary, /the batch has no "weight"/],
    [
      'other shapes',
      f1(),
      [{ y: [1, 2], output: [1, 2, 3] }],
      /output is float64\[1, 3\], the labels y are float64\[1, 2\]/,
    ],
    ['targets of another shape', rmse(), three, /output is float64\[2, 3\], the targets y are float64\[2\]/],
    [
      'a label beyond the classes',
      accuracy(),
      [{ y: 3, output: [1, 2, 3] }],
      /^DATA_INVALID .*a label in y is 3\. .* from 0 to 2/,
    ],
    ['a label between classes', accuracy(), [{ y: 0.5, output: 1 }], /a label in y is 0.5/],
    ['a label that is NaN', f1(), [{ y: Number.NaN, output: 1 }], /a label in y is NaN/],
    [
      'labels of several classes as one-hot',
      f1(),
      [{ y: [1, 1, 0], output: [1, 2, 3] }],
      /not one-hot. .*multilabel: true/,
    ],
    ['logits as probabilities', logLoss({ probabilities: true }), binary, /the output output has 2, no probability/],
    [
      'rows that are no probabilities',
      logLoss({ probabilities: true }),
      [{ y: 0, output: [0.2, 0.2] }],
      /has the sum 0.4, not 1/,
    ],
    [
      'binary as the average of classes',
      f1({ average: 'binary' }),
      three,
      /average is "binary", but there are 3 scores/,
    ],
    ['topK of one score', topK(), binary, /needs a score for each class/],
    ['a negative weight', f1({ weights: 'w' }), [{ y: 1, output: 1, w: -1 }], /^DATA_INVALID .*a weight in w is -1/],
    ['other names than classes', confusionMatrix({ names: ['a'] }), three, /has 1 name for 3 classes/],
    ['a mean of fewer numbers', meanOf({ of: () => [1] }), binary, /returned 1 numbers for 2 examples/],
    ['a mean of something else', meanOf({ of: () => 'x' as never }), binary, /returned something else for 2 examples/],
  ] as const) {
    it(`refuses ${title}`, () => expect(add(accumulator, rows)).to.match(pattern));
  }

  it('finds the labels by itself only if there is one array for it', () => {
    expect(add(f1(), binary, { ...context, labels: ['y', 'w'] })).to.match(
      /not clear which array .* the batch has y, w/,
    );
    expect(add(f1(), binary, { ...context, labels: undefined })).to.match(/label: 'y'/);
    expect(add(f1({ label: 'y' }), binary, { ...context, labels: undefined })).to.equal('accepted');
    expect(add(f1({ weights: 'w' }), binary, { ...context, labels: ['y', 'w'] })).to.equal('accepted');
  });

  it('needs the output named where the model has several', () => {
    const outputs = { ...outputsOf(binary), other: arrayOf([1, 2]) };
    const with2 = (options: object) => mistake(() => f1(options).add(f1().start(), batchOf(binary), outputs, context));
    expect(with2({})).to.match(/the model has the outputs output, other/);
    expect(with2({ output: 'output' })).to.equal('accepted');
  });

  it('refuses to keep more than 2^24 scores, and advises bins', () => {
    const many = { y: new MetricArray(tensor(new Uint8Array(2 ** 23))) };
    const scores = { output: new MetricArray(tensor(new Float32Array(2 ** 23))) };
    const auc = rocAuc();
    const state = auc.start();
    const batch = () => mistake(() => auc.add(state, many, scores, context));
    expect([batch(), batch()]).to.deep.equal(['accepted', 'accepted']);
    expect(mistake(() => auc.add(state, batchOf(binary), outputsOf(binary), context))).to.match(
      /rocAuc\(\{ bins: 10000 \}\)/,
    );
  });

  it('is NaN in a checkpoint beyond 2^18 scores, and small', () => {
    const many = { y: new MetricArray(tensor(new Uint8Array(2 ** 18))) };
    const scores = { output: new MetricArray(tensor(new Float32Array(2 ** 18))) };
    const auc = rocAuc();
    const state = auc.start();
    const saved = { ...context, saved: true };
    auc.add(state, many, scores, saved);
    expect(JSON.stringify(auc.toJson(state)).length).to.be.below(2 ** 21);
    auc.add(state, batchOf(binary), outputsOf(binary), saved);
    expect(auc.result(state)).to.deep.equal(Number.NaN);
    expect(JSON.stringify(auc.toJson(state)).length).to.be.below(300);
  });
});

describe('a metric of unusual examples', () => {
  const nan: readonly Row[] = [...binary, { y: 1, output: Number.NaN }];
  const nanOfThree: readonly Row[] = [...three, { y: 0, output: [1, Number.NaN, 0] }];

  it('is NaN if an output is NaN', () => {
    for (const make of [f1, accuracy, rocAuc, prAuc, logLoss, rmse, r2, mean] as const) {
      expect(resultOf(make() as MergingAccumulator<unknown>, nan), make.name).to.deep.equal(Number.NaN);
    }
    for (const metric of [f1(), topK({ k: 1 }), rocAuc({ bins: 5 }), accuracy(), logLoss()]) {
      expect(resultOf(metric as MergingAccumulator<unknown>, nanOfThree)).to.deep.equal(Number.NaN);
    }
  });

  it('the areas of one class: NaN under the ROC curve, 0 under the precision-recall curve without positives', () => {
    const negatives = binary.map((row) => ({ ...row, y: 0 }));
    const positives = binary.map((row) => ({ ...row, y: 1 }));
    for (const options of [{}, { bins: 10 }]) {
      expect(resultOf(rocAuc(options), negatives)).to.deep.equal(Number.NaN);
      expect(resultOf(rocAuc(options), positives)).to.deep.equal(Number.NaN);
      expect(resultOf(prAuc(options), negatives)).to.equal(0);
      expect(resultOf(prAuc(options), positives)).to.equal(1);
    }
    // Class 0 has no examples.
    expect(resultOf(rocAuc(), three)).to.deep.equal(Number.NaN);
  });

  it('is NaN without examples that count', () => {
    const none = binary.map((row) => ({ ...row, w: 0 }));
    for (const make of [accuracy, rocAuc, logLoss, rmse, mean] as const) {
      expect(resultOf(make({ weights: 'w' }) as MergingAccumulator<unknown>, none), make.name).to.deep.equal(
        Number.NaN,
      );
    }
    expect(resultOf(f1({ weights: 'w' }) as MergingAccumulator<unknown>, none)).to.equal(0);
  });

  it('takes sequences: labels [n, t] of scores [n, t, classes], a weight for each example', () => {
    const rows = [0, 1, 2, 1].map((y, at): Row => ({ y, output: [at, 1, 2], w: at < 2 ? 3 : 1 }));
    const batch = {
      y: new MetricArray(tensor(Int32Array.from([0, 1, 2, 1]), [2, 2])),
      w: arrayOf([3, 1]),
    };
    const outputs = {
      output: new MetricArray(tensor(Float64Array.from(rows.flatMap(({ output }) => output)), [2, 2, 3])),
    };
    for (const make of [logLoss, accuracy, f1] as const) {
      const metric = make({ weights: 'w' }) as MergingAccumulator<unknown>;
      const state = metric.start();
      metric.add(state, batch, outputs, context);
      expect(metric.result(state)).to.equal(resultOf(metric, rows));
    }
  });

  it('takes labels [n, 1], one-hot labels, and labels of any dtype', () => {
    const outputs = outputsOf(three);
    const expected = resultOf(f1() as MergingAccumulator<unknown>, three);
    for (const y of [
      arrayOf([[1], [2]]),
      arrayOf([
        [0, 1, 0],
        [0, 0, 1],
      ]),
      new MetricArray(tensor(BigInt64Array.from([1n, 2n]))),
      new MetricArray(tensor(Uint8Array.from([1, 2]))),
      new MetricArray({
        dtype: 'float16',
        shape: [2],
        bytes: new Uint8Array(Uint16Array.from([0x3c00, 0x4000]).buffer),
      }),
    ]) {
      const state = f1().start();
      f1().add(state, { y }, outputs, context);
      expect(f1().result(state)).to.equal(expected);
    }
  });
});
