import type { Arithmetic } from './arithmetic.js';

/** What an optimizer does to one parameter. */
export interface Formula<Slot extends string = string, Constant extends string = string> {
  /** Its state for each parameter, of the parameter's shape. */
  readonly slots: readonly Slot[];
  /** Scalars of float32 that it reads, in the order in which its kernel has them. */
  readonly constants: readonly Constant[];
  /** A pure function. */
  update<T>(arithmetic: Arithmetic<T>, values: FormulaValues<T, Slot, Constant>): Updated<T, Slot>;
}

export interface FormulaValues<T, Slot extends string = string, Constant extends string = string> {
  readonly parameter: T;
  readonly gradient: T;
  readonly slots: Readonly<Record<Slot, T>>;
  readonly constants: Readonly<Record<Constant, T>>;
  /** What the parameter is multiplied by before its update. Default: 1. */
  readonly decay?: T | undefined;
}

export interface Updated<T, Slot extends string = string> {
  readonly parameter: T;
  readonly slots: Readonly<Record<Slot, T>>;
}

export function formula<Slot extends string, Constant extends string>(
  slots: readonly Slot[],
  constants: readonly Constant[],
  update: <T>(arithmetic: Arithmetic<T>, values: FormulaValues<T, Slot, Constant>) => Updated<T, Slot>,
): Formula<Slot, Constant> {
  return { slots, constants, update };
}
