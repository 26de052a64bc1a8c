import { isObject } from '../json/is-object.js';
import type { OptimizerSettings } from '../model/optimizer-settings.js';

/** The computation of an update. Each backend has all of them, for its own engines. */
export type OptimizerFormula =
  | 'sgd'
  | 'momentum'
  | 'nesterov'
  | 'adam'
  | 'adamax'
  | 'adagrad'
  | 'adadelta'
  | 'rmsprop'
  | 'rmspropMomentum'
  | 'lion';

const formulas: Readonly<Record<OptimizerFormula, true>> = {
  sgd: true,
  momentum: true,
  nesterov: true,
  adam: true,
  adamax: true,
  adagrad: true,
  adadelta: true,
  rmsprop: true,
  rmspropMomentum: true,
  lion: true,
};

/**
 * A scalar of an update, in doubles.
 * @param step the number of earlier updates: 0 at the first
 * @param rate the learning rate of this update
 */
export type PerStep = (step: number, rate: number) => number;

/** The scalars that a formula reads, by its names for them. */
export interface OptimizerConstants {
  /** The same in every update. */
  readonly fixed: Readonly<Record<string, number>>;
  /** Pure functions. */
  readonly perStep: Readonly<Record<string, PerStep>>;
}

/**
 * An optimizer as data, for every backend: what it computes by name, and the numbers for it. It has no state: its slots
 * belong to a session, and what depends on the step is a function of the step, so a resumed run is bit-identical.
 */
export interface OptimizerSpec<Slot extends string = string> extends OptimizerSettings {
  readonly formula: OptimizerFormula;
  /** The formula's slots: state of a parameter's shape, and the value it is filled with before the first update. */
  readonly slots: Readonly<Record<Slot, number>>;
  readonly constants: OptimizerConstants;
  /**
   * Decoupled weight decay: what a parameter, given by its name, is multiplied by before its update. Undefined for a
   * parameter that does not decay. A graph has a scalar for each function: return the same one for parameters of the
   * same factor. Default: none does.
   */
  readonly decay?: ((parameter: string) => PerStep | undefined) | undefined;
}

/** Whether an optimizer is computed by its formula. One with an `update` of its own is not. */
export function isOptimizerSpec(optimizer: object): optimizer is OptimizerSpec {
  if ('update' in optimizer) return false;
  const { formula, slots, constants, rate } = optimizer as Partial<OptimizerSpec>;
  const isKnown = typeof formula === 'string' && Object.hasOwn(formulas, formula);
  return isKnown && isObject(slots) && isObject(constants) && typeof rate === 'function';
}

/** The learning rate as one of a formula's scalars. */
export const currentRate: PerStep = (_, rate) => rate;
