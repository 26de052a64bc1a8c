import { ForgeError, sgd, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { input } from '@forge-ml/onnx/graph';
import * as ops from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { startCpu } from '../session/models.test.support.js';
import { batchNorm } from './batch-norm.js';
import { conv2d } from './conv.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import { gru } from './gru.js';
import type { Step } from './layer.js';
import { accuracy, binaryAccuracy, huber, meanAbsoluteError, meanSquaredError, sigmoidCrossEntropy } from './losses.js';
import { lstm } from './lstm.js';
import { layerNorm } from './norms.js';
import { block, sequential } from './sequential.js';
import { flatten } from './shapes.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

/** Trains two steps on [8, 4, 4] rows with labels, and returns which parameters changed. */
async function trainedParameters(net: Step): Promise<Record<string, boolean>> {
  const engine = await startCpu();
  const rows = Float32Array.from({ length: 128 }, (_, at) => Math.sin(at * 1.7));
  const batch = { rows: tensor(rows, [8, 4, 4]), labels: tensor(Int32Array.from({ length: 8 }, (_, at) => at % 2)) };
  const head = dense(2, { name: 'head' });
  const model = {
    predict: ({ rows }: Record<string, Value>, context: Parameters<Step>[1]) => head(net(rows!, context), context),
    loss: ({ labels }: Record<string, Value>, logits: Value) => softmaxCrossEntropy(logits, labels!),
    optimizer: sgd(0.1),
  };
  const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
  try {
    const before = (await session.capture()).parameters;
    for (let step = 0; step < 2; step++) await session.step(batch, { step, metrics: true });
    const after = (await session.capture()).parameters;
    const changed = [...after].map(([name, { bytes }]) => [name, !Buffer.from(bytes).equals(before.get(name)!.bytes)]);
    return Object.fromEntries(changed) as Record<string, boolean>;
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

describe('sequential and block', () => {
  for (const [given, described] of [
    [undefined, 'undefined'],
    [[dense(1)], 'a list'],
    [null, 'null'],
  ] as const) {
    it(`name the position of ${described} in place of a layer`, () => {
      const make = (of: (...steps: Step[]) => unknown) => () => of(dense(2), given as unknown as Step);
      expect(make(sequential))
        .to.throw(/^Layer 2 of sequential is .*, not a layer or a function\.$/)
        .with.property('hint')
        .that.includes('A name that a package does not export is undefined');
      expect(make((...steps) => block('encoder', ...steps))).to.throw(/^Layer 2 of encoder is .*, not a layer/);
    });
  }
});

describe('trainable: false', () => {
  const frozen = { trainable: false } as const;
  const layers: Record<string, (options: { trainable?: boolean }) => Step> = {
    dense: (options) => sequential(dense(4, options), flatten()),
    conv2d: (options) => sequential((x) => ops.reshape(x, [0, 1, 4, 4]), conv2d(2, 3, options), flatten()),
    lstm: (options) => lstm(3, options),
    gru: (options) => gru(3, options),
    layerNorm: (options) => sequential(layerNorm(options), flatten()),
    embedding: (options) => sequential((x) => ops.cast(ops.abs(x), 'int32'), embedding(3, 2, options), flatten()),
  };
  for (const [name, make] of Object.entries(layers)) {
    it(`keeps the parameters of ${name}, which are trained otherwise`, async () => {
      const isHead = (parameter: string) => parameter.startsWith('head');
      const trained = Object.entries(await trainedParameters(make({})));
      expect(trained.some(([parameter, changed]) => !isHead(parameter) && changed)).to.equal(true);
      for (const [parameter, changed] of Object.entries(await trainedParameters(make(frozen)))) {
        expect(changed, parameter).to.equal(isHead(parameter));
      }
    });
  }

  it('of a batch norm makes it use its running statistics, which then stay', async () => {
    const changed = await trainedParameters(sequential(batchNorm(frozen), flatten()));
    const names = Object.keys(changed).filter((name) => name.startsWith('batch'));
    expect(names).to.have.length(4);
    for (const name of names) expect(changed[name], name).to.equal(false);
  });

  it('is true or false', () => {
    expect(() => dense(3, { trainable: 'no' as unknown as boolean })).to.throw('trainable is true or false');
  });
});

describe('losses and metrics', () => {
  const float = (...shape: (number | string)[]) => input('x', 'float32', shape);
  const whole = (...shape: (number | string)[]) => input('y', 'int32', shape);
  const pairs = { meanSquaredError, meanAbsoluteError, huber, sigmoidCrossEntropy, binaryAccuracy };
  for (const [name, loss] of Object.entries(pairs)) {
    it(`${name} requires targets of the predictions' shape, and broadcasts none`, () => {
      loss(float('batch', 1), float('batch', 1));
      loss(float('batch', 3), float(8, 3));
      loss(float('batch'), float());
      for (const [one, other] of [
        [float('batch', 1), float('batch')],
        [float('batch'), float('batch', 1)],
        [float('batch', 3), float('batch', 1)],
        [float('batch', 1, 2), float('batch', 2)],
      ] as const) {
        expect(() => loss(one, other)).to.throw(ForgeError, `${name} takes predictions and targets of the same shape`);
      }
    });
  }

  for (const [name, measure] of Object.entries({ softmaxCrossEntropy, accuracy })) {
    it(`${name} requires a label per row, and two classes or more`, () => {
      measure(float('batch', 3), whole('batch'));
      expect(() => measure(float('batch', 5, 3), whole('batch', 4))).to.throw('a label for each row');
      expect(() => measure(float('batch', 1), whole('batch'))).to.throw('two classes or more');
    });
  }

  it('softmaxCrossEntropy rejects labels out of range at run time, above and below', async () => {
    const engine = await startCpu();
    const net = dense(2);
    for (const [label, options, refused] of [
      [2, {}, true],
      [-1, {}, true],
      [-1, { ignoreLabel: -1 }, false],
      [-2, { ignoreLabel: -1 }, true],
      [1, {}, false],
    ] as const) {
      const batch = { x: tensor(new Float32Array(8), [2, 4]), y: tensor(Int32Array.of(0, label)) };
      const session = await engine.build({
        load: () => ({
          predict: ({ x }: Record<string, Value>, context: Parameters<Step>[1]) => net(x!, context),
          loss: ({ y }: Record<string, Value>, logits: Value) => softmaxCrossEntropy(logits, y!, options),
          optimizer: sgd(0.1),
        }),
        sample: batch,
        seed: 1,
      });
      for (const ask of [() => session.step(batch, { step: 0, metrics: true }), () => session.evaluate(batch)]) {
        const failed = await Promise.resolve()
          .then(ask)
          .then(
            () => false,
            () => true,
          );
        expect(failed, `${label} ${JSON.stringify(options)}`).to.equal(refused);
      }
      await session.dispose();
    }
    await engine.dispose();
  });
});

describe('a name that every object inherits', () => {
  it('can be the name of a layer', async () => {
    const changed = await trainedParameters(
      sequential(block('constructor', dense(4, { name: 'toString' })), flatten()),
    );
    expect(Object.keys(changed)).to.include('constructor/toString/kernel');
  });
});
