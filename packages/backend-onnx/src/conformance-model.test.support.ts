import type { ConformanceModelOptions, UpdateRule } from '@forge-ml/core/testing';
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
  plateau,
  rmsprop,
  sequential,
  sgd,
  stepDecay,
} from './index.js';

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
  'adam, three batches an update': [() => adam(rate, { accumulate: 3 }), null],
  'adam by a falling rate': [() => adam(falling), { rule: 'adam', learningRate: falling, epsilon: 1e-7 }],
  'sgd by a falling rate': [() => sgd(falling), { rule: 'sgd', learningRate: falling }],
  'sgd on a plateau': [() => sgd(plateau(rate, { patience: 2, factor: 0.5 })), null],
};

/** The update rule of each optimizer that the conformance suite can check. */
export const optimizerRules = Object.fromEntries(Object.entries(optimizers).map(([name, [, rule]]) => [name, rule]));

/** Dense layers over batch norm, with dropout of the inputs and in between; or a linear model. */
export function conformanceModel({ dropout, linear, optimizer = 'adam' }: ConformanceModelOptions): OnnxModel {
  const rate = dropout ? 0.2 : 0;
  const deep = sequential(dense(8, { activation: 'tanh' }), batchNorm(), drop(rate), dense(2));
  const net = linear ? dense(2) : deep;
  return {
    predict: ({ x }, context) => net(context.dropout(x!, rate), context),
    loss: ({ y }, output) => meanSquaredError(output, y!),
    optimizer: optimizers[optimizer]![0](),
    artefacts: { net },
  };
}
