import {
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  flatten,
  globalAveragePool,
  type Layer,
  lstm,
  makeLayer,
  maxPool2d,
  type OnnxModel,
  type Optimizer,
  ops,
  sequential,
  softmaxCrossEntropy,
  type Value,
} from '@forge-ml/backend-onnx';
import { type Batch, RandomStream, tensor } from '@forge-ml/core';
import { transformer } from './transformer.js';

/** A model to train, and batches for it. */
export interface Trained {
  model(optimizer: Optimizer): OnnxModel | Promise<OnnxModel>;
  /** A batch of noise; `number` selects another one of the same shape. */
  batch(number: number): Batch;
  /** The step size. Default: 0.001. */
  readonly rate?: number;
}

/** A model that torch_models.py defines with the same names. */
export interface ComparedModel extends Trained {
  model(optimizer: Optimizer): OnnxModel;
}

type Active = (x: Value) => Value;

const relu = { activation: 'relu' } as const;

function classifier(build: () => Layer, batch: (number: number) => Batch): ComparedModel {
  const model = (optimizer: Optimizer): OnnxModel => {
    const net = build();
    return {
      predict: ({ x }, context) => net(x!, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      optimizer,
    };
  };
  return { model, batch };
}

function noise(shape: readonly number[], labels: readonly number[], classes: number): (number: number) => Batch {
  return (number) => {
    const random = RandomStream.of(number, 'noise');
    const values = Float32Array.from({ length: product(shape) }, () => random.normal());
    const classIds = Int32Array.from({ length: product(labels) }, () => random.below(classes));
    return { x: tensor(values, shape), labels: tensor(classIds, labels) };
  };
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

function perceptron(...widths: readonly [number, ...number[]]): Layer {
  const hidden = widths.slice(0, -1).map((width, at) => dense(width, { ...relu, name: `dense_${at}` }));
  return sequential(...hidden, dense(widths.at(-1)!, { name: `dense_${widths.length - 1}` }));
}

/** `smooth`: with tanh and average pooling, as in the original. */
function lenet(smooth: boolean): Layer {
  const activation = smooth ? 'tanh' : 'relu';
  const pool = smooth ? averagePool2d : maxPool2d;
  return sequential(
    conv2d(16, 5, { activation, name: 'conv_0' }),
    pool(2),
    conv2d(32, 5, { activation, name: 'conv_1' }),
    pool(2),
    flatten(),
    dense(128, { activation, name: 'dense_0' }),
    dense(10, { name: 'dense_1' }),
  );
}

/** No biases before batch norm: their gradient is only rounding error, which Adam would amplify. */
function residual(name: string, filters: number, stride: number, projects: boolean, active: Active): Layer {
  const conv = (size: number, by: number, called: string) =>
    conv2d(filters, size, { stride: by, padding: (size - 1) / 2, bias: false, name: called });
  const inner = sequential(
    conv(3, stride, 'conv_0'),
    batchNorm({ name: 'norm_0' }),
    active,
    conv(3, 1, 'conv_1'),
    batchNorm({ name: 'norm_1' }),
  );
  const project = sequential(conv(1, stride, 'project'), batchNorm({ name: 'norm_2' }));
  return makeLayer('residual', { name }, (x, context) =>
    active(ops.add(inner(x, context), projects ? project(x, context) : x)),
  );
}

/** `smooth`: with SiLU. */
function resnet(smooth: boolean): Layer {
  const active: Active = smooth ? (x) => ops.mul(x, ops.sigmoid(x)) : ops.relu;
  const stages = [8, 16, 32, 64].flatMap((filters, at) => [
    residual(`block_${at}_0`, filters, at === 0 ? 1 : 2, at > 0, active),
    residual(`block_${at}_1`, filters, 1, false, active),
  ]);
  const stem = [conv2d(8, 3, { padding: 1, bias: false, name: 'stem' }), batchNorm({ name: 'norm' }), active];
  return sequential(...stem, ...stages, globalAveragePool(), dense(10, { name: 'head' }));
}

function text(rows: number, places: number, words: number): (number: number) => Batch {
  return (number) => {
    const random = RandomStream.of(number, 'text');
    const draw = () => Int32Array.from({ length: rows * places }, () => random.below(words));
    return { x: tensor(draw(), [rows, places]), labels: tensor(draw(), [rows, places]) };
  };
}

export const comparedModels = {
  mlp: classifier(() => perceptron(256, 128, 10), noise([64, 784], [64], 10)),
  lenet: classifier(() => lenet(false), noise([64, 1, 28, 28], [64], 10)),
  smoothLenet: classifier(() => lenet(true), noise([64, 1, 28, 28], [64], 10)),
  resnet: classifier(() => resnet(false), noise([16, 3, 32, 32], [16], 10)),
  smoothResnet: classifier(() => resnet(true), noise([16, 3, 32, 32], [16], 10)),
  transformer: classifier(() => transformer(64, 128, 4, 1), text(16, 64, 64)),
  /** As many layers as BERT-base, and as wide: 87 million parameters. */
  bert: classifier(() => transformer(1024, 768, 12, 12), text(4, 64, 1024)),
  lstm: classifier(
    () => sequential(lstm(32, { name: 'lstm' }), dense(5, { name: 'head' })),
    noise([16, 20, 12], [16], 5),
  ),
  /** 9.5 million parameters. */
  largeMlp: classifier(() => perceptron(2048, 2048, 1792, 10), noise([64, 784], [64], 10)),
} satisfies Record<string, ComparedModel>;

/** A perceptron of these widths, the first of which is the input's. */
export function perceptronOf([inputs, ...widths]: readonly [number, number, ...number[]], rows: number): ComparedModel {
  return classifier(
    () => perceptron(...(widths as [number, ...number[]])),
    noise([rows, inputs], [rows], widths.at(-1)!),
  );
}

export type ComparedName = keyof typeof comparedModels;
