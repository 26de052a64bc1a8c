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
  type Optimizer,
  rmsprop,
  sequential,
  sgd,
} from './index.js';

const optimizers: Readonly<Record<string, (rate: number) => Optimizer>> = {
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adagrad,
  adadelta,
  adam,
  adamw,
  adamax,
  lion,
  'adam, three batches an update': (rate) => adam(rate, { accumulate: 3 }),
};

export const optimizerNames: readonly string[] = Object.keys(optimizers);

/** Dense layers over batch norm, with dropout of the inputs and in between. */
export function conformanceModel(request: { dropout: boolean; optimizer?: string | undefined }): OnnxModel {
  const rate = request.dropout ? 0.2 : 0;
  const net = sequential(dense(8, { activation: 'tanh' }), batchNorm(), drop(rate), dense(2));
  return {
    predict: ({ x }, context) => net(context.dropout(x!, rate), context),
    loss: ({ y }, output) => meanSquaredError(output, y!),
    optimizer: optimizers[request.optimizer ?? 'adam']!(0.01),
    artefacts: { net },
  };
}
