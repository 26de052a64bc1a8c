import { type OptimizerOptions, type OptimizerSettings, optimizerSettings, type Rate } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';

/** What one parameter's update is computed from, as values of the training graph. */
export interface UpdateRequest<Slot extends string = string> {
  /** The parameter's name. */
  readonly name: string;
  readonly parameter: Value;
  /** ∂loss/∂parameter, clipped where clipping is asked for. */
  readonly gradient: Value;
  /** What the optimizer remembers about this parameter, each of the parameter's shape. */
  readonly slots: Readonly<Record<Slot, Value>>;
  /** The learning rate of this step, a scalar. */
  readonly rate: Value;
  /**
   * A scalar that differs from step to step, computed in JavaScript's doubles: bias corrections and the like. Asked
   * for under one name, it is computed once for all parameters.
   * @param of the step is the number of updates done before: 0 at the first.
   */
  perStep(name: string, of: (step: number, rate: number) => number): Value;
}

export interface Update<Slot extends string = string> {
  readonly parameter: Value;
  readonly slots: Readonly<Record<Slot, Value>>;
}

/**
 * An optimizer as a value: it keeps nothing itself. What it remembers is in slots that the session owns, saves and
 * restores by parameter name; what depends on the step comes in at run time, so one graph serves every step and a
 * resumed run computes the same bits. A plain object of this shape is as good as ours.
 */
export interface Optimizer<Slot extends string = string> extends OptimizerSettings {
  /** Each slot's name and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  /** Builds the update of one parameter, once for each when the training graph is made. */
  update(request: UpdateRequest<Slot>): Update<Slot>;
}

/**
 * @throws ForgeError MODEL_INVALID for a rate, a limit or a number of batches that cannot be one.
 */
export function makeOptimizer<Slot extends string>(
  name: string,
  rate: Rate,
  options: OptimizerOptions,
  slots: Readonly<Record<Slot, number>>,
  update: (request: UpdateRequest<Slot>) => Update<Slot>,
): Optimizer<Slot> {
  return { ...optimizerSettings(name, rate, options), slots, update };
}
