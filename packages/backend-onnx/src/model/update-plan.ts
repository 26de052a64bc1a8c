import type { FormulaName } from '@forge-ml/kernels';

/** How kernels update parameters by the gradients of a training graph. It is the same at every step. */
export interface UpdatePlan {
  readonly formula: FormulaName;
  /** Those that are trained, in the order of their names in the state. */
  readonly parameters: readonly PlannedParameter[];
  /** How many batches make an update. */
  readonly batches: number;
  /** As the options of optimizers: see `OptimizerSettings`. */
  readonly clipValue: number | undefined;
  readonly clipNorm: number | undefined;
}

/** A parameter of the plan, and the names of its other state. */
export interface PlannedParameter {
  readonly name: string;
  /** The output that is its gradient; undefined if the loss does not depend on it: then only its average is updated. */
  readonly gradient: string | undefined;
  /** In the order of the formula's slots. */
  readonly slots: readonly string[];
  /** The sum of its gradients since the last update, where several batches make one. */
  readonly sum: string | undefined;
  readonly average: string | undefined;
  /** The index of its constants in `UpdateNumbers`. */
  readonly constants: number;
}

/** What an update depends on besides state and gradients: functions of the step and of the learning rate. */
export interface UpdateNumbers {
  /** Whether the batch is the last of its update. */
  readonly due: boolean;
  /** What the gradients are multiplied by; then the update is skipped where they are not finite. Default: nothing. */
  readonly lossScale: number | undefined;
  /** The constants of the formula, in its order, for each learning rate of the model. */
  readonly constants: readonly (readonly number[])[];
  /** What each parameter is multiplied by before its update, where it decays. */
  readonly decays: readonly (number | undefined)[];
  /** The share of the parameters in their moving averages. */
  readonly averageShare: number | undefined;
}

/**
 * The result of a training step that says whether the gradients of an update were finite, 1 or 0, where it has a loss
 * scale. @param update its index
 */
export function finiteName(update: number): string {
  return `finite/${update}`;
}

/** The output of a training graph that is the gradient of a parameter. */
export function gradientName(parameter: string): string {
  return `gradient/${parameter}`;
}
