import {
  adam,
  dense,
  dropout as drop,
  meanSquaredError,
  momentum,
  type OnnxModel,
  type Optimizer,
  plateau,
  sequential,
  sgd,
  stepDecay,
} from '@forge-ml/backend-onnx';
import onnxPlugin from '@forge-ml/backend-onnx/plugin';
import { type ConformanceOptions, type ToyModel, toyBackend } from '@forge-ml/core/testing';
import { lazy } from './lazy-backend.js';

const decaying = (step: number) => 0.05 / (1 + step / 4);
const toyRules = {
  momentum: { rule: 'momentum', learningRate: 0.05, momentum: 0.9 },
  sgd: { rule: 'sgd', learningRate: 0.05 },
  'sgd with a decaying rate': { rule: 'sgd', learningRate: decaying },
} as const;

const toy: ConformanceOptions = {
  name: 'toy',
  backend: toyBackend,
  start: () => toyBackend.start({ searchFrom: [] }),
  model({ dropout, linear, optimizer = 'momentum' }): ToyModel {
    const rule = toyRules[optimizer as keyof typeof toyRules];
    return {
      kind: 'toy',
      inputs: 'x',
      targets: 'y',
      hidden: linear ? 0 : 5,
      ...(linear ? { meanRate: 0 } : {}),
      learningRate: rule.learningRate,
      momentum: rule.rule === 'momentum' ? rule.momentum : 0,
      dropout: dropout ? 0.5 : 0,
    };
  },
  optimizers: toyRules,
};

const rate = 0.01;
const halving = stepDecay(rate, { every: 3, factor: 0.5 });
const onnxOptimizers: Readonly<Record<string, () => Optimizer>> = {
  adam: () => adam(rate),
  momentum: () => momentum(rate),
  'sgd with a decaying rate': () => sgd(halving),
  'sgd on a plateau': () => sgd(plateau(rate, { patience: 2, factor: 0.5 })),
};

const onnxBackend = await onnxPlugin.backends!.onnx!();
const onnx: ConformanceOptions = {
  name: 'onnx',
  backend: onnxBackend,
  start: () => onnxBackend.start({ engine: 'cpu', searchFrom: [] }),
  model({ dropout, linear, optimizer = 'adam' }): OnnxModel {
    const share = dropout ? 0.2 : 0;
    const deep = sequential(dense(8, { activation: 'tanh' }), drop(share), dense(2));
    const net = linear ? dense(2) : deep;
    return {
      predict: ({ x }, context) => net(context.dropout(x!, share), context),
      loss: ({ y }, output) => meanSquaredError(output, y!),
      optimizer: onnxOptimizers[optimizer]!(),
      artefacts: { net },
    };
  },
  optimizers: {
    adam: { rule: 'adam', learningRate: rate, epsilon: 1e-7 },
    momentum: { rule: 'momentum', learningRate: rate, momentum: 0.9 },
    'sgd with a decaying rate': { rule: 'sgd', learningRate: halving },
    'sgd on a plateau': null,
  },
};

/** Correct backends of different kinds: synchronous, lazy, and native code in another thread. */
export const subjects: readonly ConformanceOptions[] = [
  toy,
  { ...toy, name: 'toy, lazy', backend: lazy(toyBackend), start: () => lazy(toyBackend).start({ searchFrom: [] }) },
  onnx,
];
