import { type OptimizerOptions, type OptimizerSettings, optimizerSettings, type Rate } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

/** What one parameter's update is computed from. */
export interface UpdateRequest<Slot extends string = string> {
  readonly tf: Tf;
  /** The parameter's name. */
  readonly name: string;
  readonly parameter: tfjs.Tensor;
  /** ∂loss/∂parameter, clipped where clipping is asked for. */
  readonly gradient: tfjs.Tensor;
  /** What the optimizer remembers about this parameter, each of the parameter's shape. */
  readonly slots: Readonly<Record<Slot, tfjs.Tensor>>;
  /** The learning rate of this step. */
  readonly rate: number;
  /** Updates done before this one: 0 at the first. Of several batches where `accumulate` asks for it. */
  readonly step: number;
}

export interface Update<Slot extends string = string> {
  readonly parameter: tfjs.Tensor;
  readonly slots: Readonly<Record<Slot, tfjs.Tensor>>;
}

/**
 * An optimizer as a value: it keeps nothing itself. What it remembers lies in slots that the session owns, saves and
 * restores by parameter name, and the step is handed in, so a resumed run computes the same bits. A plain object of
 * this shape is as good as ours.
 */
export interface Optimizer<Slot extends string = string> extends OptimizerSettings {
  /** Each slot's name and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  /** A pure function. Runs inside `tf.tidy`; gives new tensors and changes none of those it is handed. */
  update(request: UpdateRequest<Slot>): Update<Slot>;
}

/** @throws ForgeError MODEL_INVALID for a rate, a limit or a number of batches that cannot be one. */
export function makeOptimizer<Slot extends string>(
  name: string,
  rate: Rate,
  options: OptimizerOptions,
  slots: Readonly<Record<Slot, number>>,
  update: (request: UpdateRequest<Slot>) => Update<Slot>,
): Optimizer<Slot> {
  return { ...optimizerSettings(name, rate, options), slots, update };
}
