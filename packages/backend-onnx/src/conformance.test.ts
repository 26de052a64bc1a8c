import { describeBackendConformance } from '@forge-ml/core/testing';
import { OnnxBackend } from './backend.js';
import type { OnnxModel } from './index.js';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  batchNorm,
  dense,
  dropout as drop,
  lion,
  meanSquaredError,
  momentum,
  nesterov,
  rmsprop,
  sequential,
  sgd,
} from './index.js';

const optimizers = { sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam, adamw, adamax, lion };
type Name = keyof typeof optimizers;

/** Dense layers over batch norm, with dropout of the inputs and in between. */
function model(dropout: boolean, optimizer: Name): OnnxModel {
  const rate = dropout ? 0.2 : 0;
  const net = sequential(dense(8, { activation: 'tanh' }), batchNorm(), drop(rate), dense(2));
  return {
    predict: ({ x }, context) => net(context.dropout(x!, rate), context),
    loss: ({ y }, output) => meanSquaredError(output, y!),
    optimizer: optimizers[optimizer](0.01),
    artefacts: { net },
  };
}

const backend = new OnnxBackend();
describeBackendConformance({
  name: 'onnx on cpu',
  backend,
  start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
  model: ({ dropout, optimizer }) => model(dropout, (optimizer as Name | undefined) ?? 'adam'),
  optimizers: Object.keys(optimizers),
});
