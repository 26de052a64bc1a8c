import { createRequire } from 'node:module';
import { describeBackendConformance } from '@forge-ml/core/testing';
import type * as tfjs from '@tensorflow/tfjs';
import { TfjsBackend } from './backend.js';
import type { TfjsModel } from './index.js';
import { adadelta, adagrad, adam, adamax, adamw, lion, momentum, nesterov, rmsprop, sgd } from './index.js';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof tfjs;
const optimizers = { sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam, adamw, adamax, lion };
type Name = keyof typeof optimizers;

/** Dense layers over batch norm, with dropout of both kinds. */
function model(dropout: boolean, optimizer: Name): TfjsModel {
  const rate = dropout ? 0.2 : 0;
  const net = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [4], units: 8, activation: 'tanh' }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate }),
      tf.layers.dense({ units: 2 }),
    ],
  });
  return {
    predict: ({ x }, context) => net.apply(context.dropout(x!, rate), { training: context.training }),
    loss: ({ y }, output) => tf.losses.meanSquaredError(y!, output),
    optimizer: optimizers[optimizer](0.01),
    artefacts: { net },
  };
}

const backend = new TfjsBackend();
for (const { name: engine, usable, detail } of await backend.engines({ searchFrom: [process.cwd()] })) {
  const name = `tfjs on ${engine}`;
  if (!usable) {
    describe(`backend conformance: ${name}`, () => {
      it(`has no engine to run on (cannot: ${detail})`);
    });
    continue;
  }
  describeBackendConformance({
    name,
    backend,
    start: () => backend.start({ engine, searchFrom: [process.cwd()] }),
    model: ({ dropout, optimizer }) => model(dropout, (optimizer as Name | undefined) ?? 'adam'),
    optimizers: Object.keys(optimizers),
  });
}
