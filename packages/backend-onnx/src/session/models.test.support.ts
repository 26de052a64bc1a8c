import {
  adam,
  type Batch,
  type Engine,
  type SessionState,
  type TrainSession,
  tensor,
  warmup,
} from '@forge-ml/core/plugin';
import { OnnxBackend } from '../backend.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { accuracy } from '../layers/losses.js';
import { maxPool2d } from '../layers/pooling.js';
import { block, sequential } from '../layers/sequential.js';
import { channelsFirst, flatten } from '../layers/shapes.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { OneLossModel } from '../model/onnx-model.js';
import type { BindingName } from '../runtime/protocol.js';
import { engineDefinitions } from './engines.js';

export const startCpu = (): Promise<Engine> => new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });

/**
 * The CPU, with the state and the optimizer where an engine of a GPU has them.
 * @param memory that the state stays in; undefined: it is copied for each run
 */
export function backendOnDevice(memory: string | undefined): OnnxBackend {
  const cpu = engineDefinitions.find(({ name }) => name === 'cpu')!;
  return new OnnxBackend([{ ...cpu, stateHome: 'tensors', ...(memory && { deviceMemory: memory }) }]);
}

export function startOnDevice(memory: string | undefined): Promise<Engine> {
  return backendOnDevice(memory).start({ engine: 'cpu', searchFrom: [] });
}

/** @throws Error where the engine would use another binding */
export async function startWith(binding: BindingName): Promise<Engine> {
  const before = process.env.FORGE_ONNX_BINDING;
  process.env.FORGE_ONNX_BINDING = binding;
  try {
    const engine = await startCpu();
    if (engine.info.settings.binding !== binding) throw new Error(engine.info.warnings.join(' '));
    return engine;
  } finally {
    if (before === undefined) delete process.env.FORGE_ONNX_BINDING;
    else process.env.FORGE_ONNX_BINDING = before;
  }
}

/** Images [size, 12, 12, 2] and labels [size], different for each index and the same every time. */
export function batchAt(index: number, size = 16): Batch {
  const images = Float32Array.from({ length: size * 288 }, (_, at) => Math.sin((at + 1) * (index + 1.37)));
  const labels = Uint8Array.from({ length: size }, (_, at) => (at * 7 + index) % 3);
  return { images: tensor(images, [size, 12, 12, 2]), labels: tensor(labels) };
}

/** Convolutions, batch norm, pooling and dropout, with a rate that changes from step to step. */
export function classifier(changes: Partial<OneLossModel> = {}): OneLossModel {
  const features = block('features', conv2d(8, 3, { activation: 'relu' }), batchNorm(), maxPool2d(2));
  const net = sequential(
    channelsFirst(),
    features,
    flatten(),
    dropout(0.3),
    dense(40, { activation: 'gelu' }),
    dense(3),
  );
  return {
    predict: ({ images }, context) => net(images!, context),
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
    stats: ({ labels }, logits) => ({ accuracy: accuracy(logits, labels!) }),
    optimizer: adam(warmup(0.01, 10), { clipNorm: 1 }),
    artefacts: { net },
    ...changes,
  };
}

export function open(engine: Engine, load: () => unknown = classifier, seed = 7): Promise<TrainSession> {
  return engine.build({ load, sample: batchAt(0), seed });
}

/** A state as text, for exact comparison. */
export function bitsOf({ parameters, optimizer, ema = new Map() }: SessionState): Record<string, string> {
  const averages = Array.from(ema, ([name, value]) => [`ema of ${name}`, value] as const);
  return bitsOfBatch(Object.fromEntries([...parameters, ...optimizer, ...averages]));
}

export function bitsOfBatch(batch: Batch): Record<string, string> {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { bytes }]) => [name, Buffer.from(bytes).toString('hex')]),
  );
}
