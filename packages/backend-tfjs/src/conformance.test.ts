import { type ConformanceModelOptions, describeBackendConformance, type UpdateRule } from '@forge-ml/core/testing';
import { TfjsBackend } from './backend.js';
import type { TfjsModel } from './index.js';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lion,
  momentum,
  nesterov,
  type Optimizer,
  plateau,
  rmsprop,
  sgd,
  stepDecay,
} from './index.js';
import type { Tf } from './tf/tf.js';

const rate = 0.01;
const falling = stepDecay(rate, { every: 3, factor: 0.5 });
const optimizers: Readonly<Record<string, readonly [() => Optimizer, UpdateRule | null]>> = {
  adam: [() => adam(rate), { rule: 'adam', learningRate: rate, epsilon: 1e-7 }],
  sgd: [() => sgd(rate), { rule: 'sgd', learningRate: rate }],
  momentum: [() => momentum(rate), { rule: 'momentum', learningRate: rate, momentum: 0.9 }],
  nesterov: [() => nesterov(rate), { rule: 'momentum', learningRate: rate, momentum: 0.9, nesterov: true }],
  rmsprop: [() => rmsprop(rate), null],
  adagrad: [() => adagrad(rate), null],
  adadelta: [() => adadelta(rate), null],
  adamw: [() => adamw(rate), null],
  adamax: [() => adamax(rate), null],
  lion: [() => lion(rate), null],
  'adam by a falling rate': [() => adam(falling), { rule: 'adam', learningRate: falling, epsilon: 1e-7 }],
  'sgd by a falling rate': [() => sgd(falling), { rule: 'sgd', learningRate: falling }],
  'sgd on a plateau': [() => sgd(plateau(rate, { patience: 2, factor: 0.5 })), null],
};

/** Dense layers over batch norm, with dropout of both kinds; or a linear model. */
function model(tf: Tf, { dropout, linear, optimizer = 'adam' }: ConformanceModelOptions): TfjsModel {
  const rate = dropout ? 0.2 : 0;
  const net = tf.sequential({
    layers: linear
      ? [tf.layers.dense({ inputShape: [4], units: 2 })]
      : [
          tf.layers.dense({ inputShape: [4], units: 8, activation: 'tanh' }),
          tf.layers.batchNormalization(),
          tf.layers.dropout({ rate }),
          tf.layers.dense({ units: 2 }),
        ],
  });
  return {
    predict: ({ x }, context) => net.apply(context.dropout(x!, rate), { training: context.training }),
    loss: ({ y }, output) => tf.losses.meanSquaredError(y!, output),
    optimizer: optimizers[optimizer]![0](),
    artefacts: { net },
  };
}

const backend = new TfjsBackend();
/** A folder with a built @tensorflow/tfjs-node under its node_modules: native code may not be installed. */
const nativeProject = process.env.FORGE_TFJS_NODE_PROJECT;
const searchFrom = [nativeProject ?? process.cwd()];
for (const { name: engine, usable, detail } of await backend.engines({ searchFrom })) {
  const name = `tfjs on ${engine}`;
  if (!usable) {
    describe(`backend conformance: ${name}`, () => {
      it(`has no engine to run on (cannot: ${detail})`);
    });
    continue;
  }
  let tf: Tf;
  describeBackendConformance({
    name,
    backend,
    searchFrom,
    async start() {
      const started = await backend.start({ engine, searchFrom });
      tf = started.modules['@tensorflow/tfjs'] as Tf;
      return started;
    },
    model: (options) => model(tf, options),
    optimizers: Object.fromEntries(Object.entries(optimizers).map(([name, [, rule]]) => [name, rule])),
  });
}
