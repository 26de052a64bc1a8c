import type { OptimizerSettings, OptimizerSpec, PerStep } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';

/** The inputs of one parameter's update, as values of the training graph. */
export interface UpdateRequest<Slot extends string = string> {
  /** The parameter's name. */
  readonly name: string;
  readonly parameter: Value;
  /** ∂loss/∂parameter, clipped if clipping is on. */
  readonly gradient: Value;
  /** The optimizer's slots for this parameter, each of the parameter's shape. */
  readonly slots: Readonly<Record<Slot, Value>>;
  /** The learning rate of this step, a scalar. */
  readonly rate: Value;
  /**
   * A scalar that differs from step to step, computed in JavaScript's doubles: bias corrections and the like. It is
   * computed once per name, for all parameters.
   * @param of of the number of previous updates (0 at the first), and of the learning rate
   */
  perStep(name: string, of: PerStep): Value;
}

export interface Update<Slot extends string = string> {
  readonly parameter: Value;
  readonly slots: Readonly<Record<Slot, Value>>;
}

/**
 * Your own optimizer: any plain object of this shape. It has no state of its own: its slots belong to the session, which saves and restores them by parameter
 * name; what depends on the step is an input of the graph, so one graph serves every step and a resumed run is
 * bit-identical.
 */
export interface CustomOptimizer<Slot extends string = string> extends OptimizerSettings {
  /** Each slot's name and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  /** Builds the update of one parameter, once for each when the training graph is made. */
  update(request: UpdateRequest<Slot>): Update<Slot>;
}

/** An optimizer of Forge, such as `adam(0.001)`, or your own. */
export type Optimizer<Slot extends string = string> = OptimizerSpec<Slot> | CustomOptimizer<Slot>;
