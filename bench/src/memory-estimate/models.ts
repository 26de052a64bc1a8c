import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  fromOnnx,
  type Layer,
  maxPool2d,
  type OnnxModel,
  ops,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { adam, type Batch, RandomStream, tensor } from '@forge-ml/core/plugin';
import { transformer } from '../onnx/transformer.js';

/** A model whose memory is estimated and measured. */
export interface MeasuredModel {
  /** @param base a file that `writeBaseFile` has written */
  readonly model: (base: string) => OnnxModel | Promise<OnnxModel>;
  readonly batch: () => Batch;
}

const relu = { activation: 'relu' } as const;

function classifier(net: () => Layer, batch: () => Batch, others: Partial<OnnxModel> = {}): MeasuredModel {
  const model = (): OnnxModel => {
    const layers = net();
    return {
      predict: ({ x }, context) => layers(x!, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      optimizer: adam(1e-3),
      ...others,
    } as OnnxModel;
  };
  return { model, batch };
}

function noise(shape: readonly number[], classes: number): () => Batch {
  return () => {
    const random = RandomStream.of(1, 'noise');
    const count = shape.reduce((product, size) => product * size, 1);
    const labels = Int32Array.from({ length: shape[0]! }, () => random.below(classes));
    return {
      x: tensor(
        Float32Array.from({ length: count }, () => random.normal()),
        shape,
      ),
      labels: tensor(labels),
    };
  };
}

function text(rows: number, places: number, words: number): () => Batch {
  return () => {
    const random = RandomStream.of(1, 'text');
    const draw = () => Int32Array.from({ length: rows * places }, () => random.below(words));
    return { x: tensor(draw(), [rows, places]), labels: tensor(draw(), [rows, places]) };
  };
}

const perceptron = (...widths: readonly number[]) =>
  sequential(...widths.map((width, at) => dense(width, at === widths.length - 1 ? {} : relu)));

const convolutions = () =>
  sequential(
    ...[conv2d(32, 3, { padding: 1, ...relu }), conv2d(32, 3, { padding: 1 }), batchNorm(), ops.relu, maxPool2d(2)],
    ...[conv2d(64, 3, { padding: 1, ...relu }), conv2d(64, 3, { padding: 1 }), batchNorm(), ops.relu, maxPool2d(2)],
    ...[conv2d(128, 3, { padding: 1, ...relu }), maxPool2d(2), flatten(), dense(256, relu), dense(10)],
  );

function adapted(recompute?: 'blocks'): MeasuredModel {
  const model = (base: string) =>
    fromOnnx(base, {
      lora: { rank: 8, targets: ['*query*', '*value*'] },
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      optimizer: adam(1e-3),
      ...(recompute && { recompute }),
    });
  return { model, batch: text(4, 128, 1000) };
}

export const measuredModels = {
  'MLP of large layers': classifier(() => perceptron(2048, 2048, 1792, 10), noise([64, 784], 10)),
  'MLP on large batches': classifier(() => perceptron(1024, 1024, 1024, 10), noise([8192, 784], 10)),
  convolutions: classifier(convolutions, noise([64, 3, 64, 64], 10)),
  'transformer with many words': classifier(() => transformer(8000, 256, 4, 6), text(16, 128, 8000)),
  decoder: classifier(() => transformer(1000, 256, 4, 8), text(8, 256, 1000)),
  'decoder, recompute': classifier(() => transformer(1000, 256, 4, 8), text(8, 256, 1000), { recompute: 'blocks' }),
  LoRA: adapted(),
  'LoRA, recompute': adapted('blocks'),
} satisfies Record<string, MeasuredModel>;
