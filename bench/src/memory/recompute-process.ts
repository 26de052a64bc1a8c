import { adam, type OnnxModel, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { RandomStream, tensor } from '@forge-ml/core/plugin';
import { peakMemory } from '../../../test/dist/torture/peak-memory.js';
import { openEngine } from '../onnx/open-engine.js';
import { transformer } from '../onnx/transformer.js';

export interface RecomputeRequest {
  readonly recompute: 'blocks' | null;
  readonly steps: number;
}

/** Bytes above those of the built model; milliseconds of processor time. */
export interface Recomputed {
  readonly activations: number;
  readonly step: number;
  readonly losses: readonly number[];
}

/** Trains a transformer of 12 blocks: the request as JSON. Prints what it has measured as JSON. */
const { recompute, steps } = JSON.parse(process.argv[2]!) as RecomputeRequest;
const [rows, places, vocabulary] = [8, 128, 64];
const engine = await openEngine(1);
const layers = transformer(vocabulary, 128, 4, 12);
const model: OnnxModel = {
  predict: ({ x }, context) => layers(x!, context),
  loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
  optimizer: adam(1e-3),
  ...(recompute === null ? {} : { recompute }),
};
const random = RandomStream.of(0, 'text');
const draw = () =>
  tensor(
    Int32Array.from({ length: rows * places }, () => random.below(vocabulary)),
    [rows, places],
  );
const batch = { x: draw(), labels: draw() };
const session = await engine.build({ load: () => model, sample: batch, seed: 0 });
const built = peakMemory();
const losses: number[] = [];
const times: number[] = [];
for (let step = 0; step < steps; step++) {
  const start = process.cpuUsage();
  losses.push((await session.step(batch, { step, metrics: true })).loss!);
  const { user, system } = process.cpuUsage(start);
  times.push((user + system) / 1000);
}
const sorted = times.slice(2).sort((a, b) => a - b);
const measured: Recomputed = { activations: peakMemory() - built, step: sorted[sorted.length >> 1]!, losses };
process.stdout.write(JSON.stringify(measured));
process.exit(0);
