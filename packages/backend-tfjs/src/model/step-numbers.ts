import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { DeclaredUpdate } from './declared-updates.js';
import { isTensor, sync } from './forward.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

/** Reads numbers of the engine. */
export type Download = <T>(read: () => T) => T;

export const readDirectly: Download = (read) => read();

/** Scalars on the engine, or numbers, by the names under which they are reported. */
type Scalars = Readonly<Record<string, tfjs.Tensor | number>>;

/** The name under which the loss of an update is reported. */
export function lossName({ name }: Pick<DeclaredUpdate, 'name'>): string {
  return name === undefined ? 'loss' : `${name}.loss`;
}

/**
 * The model's own stats.
 * @throws ForgeError MODEL_INVALID unless they are scalars with names of their own.
 */
export function statsOf(
  tf: Tf,
  model: AnyTfjsModel,
  updates: readonly Pick<DeclaredUpdate, 'name'>[],
  batch: TfjsBatch,
  outputs: TfjsOutputs | undefined,
  context: StepContext,
): Scalars {
  if (model.stats === undefined) return {};
  const stats: unknown = model.stats(batch, outputs, context);
  if (stats instanceof Promise) throw invalidModel('stats returned a promise; it must be synchronous.', sync);
  if (typeof stats !== 'object' || stats === null || isTensor(tf, stats)) {
    throw invalidModel(
      `stats returned ${describeValue(stats)}, not scalars by name.`,
      'Return for example { accuracy }.',
    );
  }
  for (const [name, value] of Object.entries(stats)) {
    if (name === '__proto__') throw invalidModel('A number of stats cannot be named __proto__.', 'Rename it.');
    if (name === 'loss' || updates.some((update) => lossName(update) === name)) {
      throw invalidModel(`stats has a number named ${name}, like the loss itself.`, 'Rename it.');
    }
    requireScalar(tf, name, value);
  }
  return stats as Scalars;
}

function requireScalar(tf: Tf, name: string, value: unknown): void {
  if (typeof value === 'number' || (isTensor(tf, value) && value.size === 1)) return;
  const what = isTensor(tf, value) ? `${value.dtype}[${value.shape.join(', ')}]` : describeValue(value);
  throw invalidModel(`The stat ${name} is ${what}, not a scalar.`, 'Reduce it over the batch, e.g. with tf.mean.');
}

/** Adds scalars to numbers, in their order. */
export function readScalars(numbers: Record<string, number>, scalars: Scalars, download: Download): void {
  download(() => {
    for (const name in scalars) {
      const value = scalars[name]!;
      numbers[name] = typeof value === 'number' ? value : value.dataSync()[0]!;
    }
  });
}

/** Adds the loss of an update; several add up to `loss`. */
export function readLoss(
  numbers: Record<string, number>,
  update: Pick<DeclaredUpdate, 'name'>,
  loss: tfjs.Tensor,
  download: Download,
): void {
  const value = download(() => loss.dataSync()[0]!);
  numbers.loss = numbers.loss === undefined ? value : numbers.loss + value;
  if (update.name !== undefined) numbers[lossName(update)] = value;
}
