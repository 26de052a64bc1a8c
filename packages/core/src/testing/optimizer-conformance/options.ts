import { checkOptions } from '../../errors/check-options.js';
import type { OptimizerSpec } from '../../optimizers/optimizer-spec.js';

export interface OptimizerConformanceOptions {
  /** The backend's name, for the tests' titles. */
  readonly name: string;
  /** Updates parameters by given gradients, as the backend does in training. */
  update(trial: OptimizerTrial): Promise<UpdatedParameters> | UpdatedParameters;
}

/** NamedVectors by the names of parameters. */
export type NamedVectors<Vector = readonly number[]> = Readonly<Record<string, Vector>>;

export interface OptimizerTrial {
  readonly optimizer: OptimizerSpec;
  /** The parameters' values before the first step; float32. */
  readonly initial: NamedVectors;
  readonly steps: number;
  /** The gradients of a step, of the same parameters at each; null where the loss does not depend on a parameter. */
  gradients(step: number): NamedVectors<readonly number[] | null>;
}

export interface UpdatedParameters {
  readonly parameters: NamedVectors;
  /** By `<parameter>/<slot>`. */
  readonly slots: NamedVectors;
}

/**
 * @throws ForgeError OPTION_UNKNOWN for an option that does not exist
 * @throws TypeError for one that is missing
 */
export function checkOptimizerConformanceOptions(options: OptimizerConformanceOptions): void {
  const names = ['name', 'update'] as const;
  checkOptions(options, names, { of: 'describeOptimizerConformance(options)' });
  const missing = names.find((name) => options[name] === undefined);
  if (missing !== undefined) throw new TypeError(`describeOptimizerConformance(options) needs ${missing}.`);
}
