import { checkStats, numberOfLoss } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { DeclaredUpdate } from '../model/declared-updates.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';
import { modelTensors } from './forward.js';

/** Reads numbers of the engine. */
export type Download = <T>(read: () => T) => T;

export const readDirectly: Download = (read) => read();

/** Scalars on the engine, or numbers, by the names under which they are reported. */
type Scalars = Readonly<Record<string, tfjs.Tensor | number>>;

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
  return checkStats(model.stats(batch, outputs, context), updates, modelTensors(tf));
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
  if (update.name !== undefined) numbers[numberOfLoss(update)] = value;
}
