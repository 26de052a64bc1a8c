import { adamw, dense, fromOnnx, type LoraOptions, ops, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { type Batch, RandomStream, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { peakMemory } from '../../../test/dist/torture/peak-memory.js';
import { openEngine } from '../onnx/open-engine.js';

export interface TrainingRequest {
  readonly file: string;
  /** Sizes of the batch; `words` is the vocabulary of a BERT, absent for square layers. */
  readonly rows: number;
  readonly width: number;
  readonly words?: number;
  /** Absent: only a head is trained. */
  readonly lora?: LoraOptions;
  readonly recompute?: 'blocks';
  readonly steps: number;
  readonly threads: number;
}

/** Bytes and milliseconds. */
export interface Training {
  readonly idle: number;
  /** When the model is built, before the first step; and after all steps. */
  readonly built: number;
  readonly peak: number;
  /** The time of a step, the median without the first. */
  readonly step: number;
  readonly losses: readonly number[];
  /** Bytes of the parameters and the optimizer's state, as a checkpoint has them. */
  readonly checkpoint: number;
}

/** Trains a model file on ONNX Runtime: the request as JSON. Prints what it has measured as JSON. */
const request = JSON.parse(process.argv[2]!) as TrainingRequest;
process.stdout.write(JSON.stringify(await measured(request)));
// The engine keeps nothing that must be closed, and closing would free gigabytes one by one.
process.exit(0);

async function measured({ threads, steps, ...model }: TrainingRequest): Promise<Training> {
  const engine = await openEngine(threads);
  const idle = peakMemory();
  const batch = batchOf(model);
  const session = await engine.build({ load: () => load(model), sample: batch, seed: 0 });
  const built = peakMemory();
  const losses: number[] = [];
  const times: number[] = [];
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    losses.push((await session.step(batch, { step, metrics: true })).loss!);
    times.push(performance.now() - start);
  }
  const peak = peakMemory();
  const sorted = times.slice(1).sort((a, b) => a - b);
  return {
    idle,
    built,
    peak,
    step: sorted[sorted.length >> 1] ?? Number.NaN,
    losses,
    checkpoint: await sizeOfState(session),
  };
}

function load({ file, words, lora, recompute }: Omit<TrainingRequest, 'threads' | 'steps'>) {
  const classify = dense(2, { name: 'classify' });
  return fromOnnx(file, {
    ...(words === undefined ? {} : { outputs: 'last_hidden_state' }),
    ...(lora === undefined ? { trainable: [] } : { lora }),
    ...(recompute === undefined ? {} : { recompute }),
    head: (features, context) => {
      return classify(words === undefined ? features : ops.reduceMean(features, [1], { keepdims: false }), context);
    },
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
    optimizer: adamw(1e-3),
  });
}

function batchOf({ rows, width, words }: Pick<TrainingRequest, 'rows' | 'width' | 'words'>): Batch {
  const random = RandomStream.of(0, 'batch');
  const labels = tensor(Int32Array.from({ length: rows }, (_, at) => at % 2));
  if (words === undefined) {
    return {
      x: tensor(
        Float32Array.from({ length: rows * width }, () => random.normal()),
        [rows, width],
      ),
      labels,
    };
  }
  const ids = BigInt64Array.from({ length: rows * width }, () => BigInt(random.below(words)));
  return {
    input_ids: tensor(ids, [rows, width]),
    attention_mask: tensor(new BigInt64Array(rows * width).fill(1n), [rows, width]),
    labels,
  };
}

async function sizeOfState(session: TrainSession): Promise<number> {
  const { parameters, optimizer } = await session.capture();
  return [...parameters.values(), ...optimizer.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
}
