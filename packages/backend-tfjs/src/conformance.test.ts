import { describeBackendConformance } from '@forge-ml/core/testing';
import { TfjsBackend } from './backend.js';
import type { TfjsModel } from './index.js';
import { adadelta, adagrad, adam, adamax, adamw, lion, momentum, nesterov, rmsprop, sgd } from './index.js';
import type { Tf } from './tf.js';

const optimizers = { sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam, adamw, adamax, lion };
type Name = keyof typeof optimizers;

/** Dense layers over batch norm, with dropout of both kinds. */
function model(tf: Tf, dropout: boolean, optimizer: Name): TfjsModel {
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
/** A folder with a built @tensorflow/tfjs-node under its node_modules: native code cannot be taken for granted. */
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
    model: ({ dropout, optimizer }) => model(tf, dropout, (optimizer as Name | undefined) ?? 'adam'),
    optimizers: Object.keys(optimizers),
  });
}
