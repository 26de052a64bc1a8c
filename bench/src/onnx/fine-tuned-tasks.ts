import {
  adam,
  dense,
  fromOnnx,
  type LoraOptions,
  multipleNegativesRanking,
  type OnnxModel,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import {
  accuracy,
  type Batch,
  elements,
  MetricArray,
  type MetricArrays,
  type NamedTensors,
  readTensorFile,
  recallAtK,
  type TensorData,
  tensor,
} from '@forge-ml/core';
import type { Engine } from '@forge-ml/core/plugin';

export interface FineTunedTask {
  /** The name of its files, and of the task for `finetune_side.py`. */
  readonly name: string;
  readonly what: string;
  readonly metric: 'accuracy' | 'recall@1';
  readonly rate: number;
  /** Of a new last layer; undefined for embeddings of pairs. */
  readonly classes?: number;
  readonly lora?: LoraOptions;
}

export const fineTunedTasks: readonly FineTunedTask[] = [
  { name: 'text', what: 'classes of texts, all weights', metric: 'accuracy', rate: 2e-3, classes: 6 },
  {
    name: 'text-lora',
    what: 'classes of texts, LoRA',
    metric: 'accuracy',
    rate: 1e-2,
    classes: 6,
    lora: { rank: 4, targets: ['*query*', '*value*'] },
  },
  { name: 'pairs', what: 'sentence embeddings', metric: 'recall@1', rate: 2e-3 },
  { name: 'images', what: 'classes of images, all weights', metric: 'accuracy', rate: 3e-3, classes: 4 },
];

const batchSize = 32;

/** Fine-tunes the file of a task on its data, in the order of a seed. @returns the metric on the validation data */
export async function fineTune(engine: Engine, folder: string, task: FineTunedTask, seed: number): Promise<number> {
  const arrays = await readTensorFile(`${folder}/${task.name}.safetensors`);
  const [train, valid] = (['train', 'valid'] as const).map((split) => named(arrays, split, task)) as [Batch, Batch];
  const order = Array.from(elements(arrays.get(`order.${seed}`)!), Number);
  const batches = Array.from({ length: Math.ceil(order.length / batchSize) }, (_, step) => {
    const rows = order.slice(step * batchSize, (step + 1) * batchSize);
    return Object.fromEntries(Object.entries(train).map(([name, values]) => [name, rowsOf(values, rows)]));
  });
  const model = await modelOf(`${folder}/${task.name}.onnx`, task);
  const session = await engine.build({ load: () => model, sample: batches[0]!, seed });
  try {
    for (const [step, batch] of batches.entries()) await session.step(batch, { step, metrics: false });
    const outputs = metricArrays(await session.predict(valid));
    const isPairs = task.classes === undefined;
    const metric = isPairs ? recallAtK({ k: 1, queries: 'anchors', candidates: 'positives' }) : accuracy();
    const state = metric.start();
    metric.add(state as never, metricArrays(valid), outputs, { metric: task.metric, labels: ['labels'], saved: false });
    return metric.result(state as never);
  } finally {
    await session.dispose();
  }
}

async function modelOf(file: string, { rate, classes, lora }: FineTunedTask): Promise<OnnxModel<never>> {
  const optimizer = adam(rate, { epsilon: 1e-8 });
  if (classes === undefined) {
    const model = await fromOnnx(file, {
      calls: { anchors: { inputs: 'anchor_inputs' }, positives: { inputs: 'positive_inputs' } },
      loss: (_batch, { anchors, positives }) => multipleNegativesRanking(anchors, positives),
      optimizer,
    });
    return model as OnnxModel<never>;
  }
  const model = await fromOnnx(file, {
    head: dense(classes),
    ...(lora === undefined ? {} : { lora }),
    loss: ({ labels }, scores) => softmaxCrossEntropy(scores, labels!),
    optimizer,
  });
  return model as OnnxModel<never>;
}

function named(arrays: NamedTensors, split: 'train' | 'valid', { classes }: FineTunedTask): Batch {
  const names = classes === undefined ? ['anchor_inputs', 'positive_inputs'] : ['inputs', 'labels'];
  return Object.fromEntries(names.map((name, at) => [name, arrays.get(`${split}.${at}`)!]));
}

function rowsOf(values: TensorData, rows: readonly number[]): TensorData {
  const [count, ...shape] = values.shape as [number, ...number[]];
  const all = elements(values) as Float32Array | Int32Array;
  const size = all.length / count;
  const taken = new (all.constructor as typeof Float32Array)(rows.length * size);
  for (const [at, row] of rows.entries()) taken.set(all.subarray(row * size, (row + 1) * size), at * size);
  return tensor(taken, [rows.length, ...shape]);
}

function metricArrays(batch: Batch): MetricArrays {
  return Object.fromEntries(Object.entries(batch).map(([name, values]) => [name, new MetricArray(values)]));
}
