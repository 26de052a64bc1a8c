import type { OptimizerSettings, OptimizerSpec } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

/** The inputs of one parameter's update. */
export interface UpdateRequest<Slot extends string = string> {
  readonly tf: Tf;
  /** The parameter's name. */
  readonly name: string;
  readonly parameter: tfjs.Tensor;
  /** ∂loss/∂parameter, clipped if clipping is on. */
  readonly gradient: tfjs.Tensor;
  /** The optimizer's slots for this parameter, each of the parameter's shape. */
  readonly slots: Readonly<Record<Slot, tfjs.Tensor>>;
  /** The learning rate of this step. */
  readonly rate: number;
  /** Number of previous updates: 0 at the first. With `accumulate`, an update takes several batches. */
  readonly step: number;
}

export interface Update<Slot extends string = string> {
  readonly parameter: tfjs.Tensor;
  readonly slots: Readonly<Record<Slot, tfjs.Tensor>>;
}

/**
 * Your own optimizer: any plain object of this shape. It has no state of its own: its slots belong to the session, which saves and restores them by parameter
 * name, and the step is an argument, so a resumed run is bit-identical.
 */
export interface CustomOptimizer<Slot extends string = string> extends OptimizerSettings {
  /** Each slot's name and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  /** A pure function. Runs inside `tf.tidy`; returns new tensors and changes none of its inputs. */
  update(request: UpdateRequest<Slot>): Update<Slot>;
}

/** An optimizer of Forge, such as `adam(0.001)`, or your own. */
export type Optimizer<Slot extends string = string> = OptimizerSpec<Slot> | CustomOptimizer<Slot>;
