import { checkOptions } from '../../errors/check-options.js';
import type { ParameterValue } from './space.js';
import { sweepError } from './sweep-error.js';

/** A word of a command line: a number, `true`, `none` or text, as the flag has it. */
export interface Word {
  readonly word: string;
}

export interface ConditionDefinition<N extends string = string> {
  readonly parameter: N;
  readonly values: readonly (ParameterValue | Word)[];
}

interface Conditional<N extends string> {
  readonly when: ConditionDefinition<N> | null;
  /** The folder that relative paths among the values are resolved against. Default: that of the command. */
  readonly base?: string;
}

export interface RangeDefinition<N extends string = string> extends Conditional<N> {
  readonly kind: 'range';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Null for every number that the flag can have. */
  readonly step: number | null;
  /** Whole numbers only, also of a flag that takes others. */
  readonly integer: boolean;
}

export interface ChoiceDefinition<T extends ParameterValue = ParameterValue, N extends string = string>
  extends Conditional<N> {
  readonly kind: 'choice';
  readonly choices: readonly (T | Word)[];
}

/** A parameter as a user defines it, before it is checked against its flag. `T`: the values of the flag. */
export type ParameterDefinition<T extends ParameterValue = ParameterValue, N extends string = string> =
  | ChoiceDefinition<T, N>
  | (number extends T ? RangeDefinition<N> : never);

/** By the name of the flag, in any spelling. */
export type SpaceDefinition = Readonly<Record<string, ParameterDefinition>>;

/** One of several values without an order: `choice(64, 128, 256)`. */
export function choice<const T extends readonly ParameterValue[]>(...choices: T): ChoiceDefinition<T[number], never> {
  return { kind: 'choice', choices, when: null };
}

/**
 * A number from `low` to `high`, both included: `uniform(0, 0.5)`. Of a flag that takes whole numbers, a whole one.
 * @param options.step only low, low + step, low + 2 · step, …
 */
export function uniform(low: number, high: number, options: { readonly step?: number } = {}): RangeDefinition<never> {
  checkOptions(options, ['step'], { of: 'uniform(low, high, options)', synonyms: { q: 'step', log: useLog } });
  return { kind: 'range', low, high, log: false, step: options.step ?? null, integer: false, when: null };
}

/** A positive number whose logarithm is uniform: `log(1e-5, 1e-2)`. */
export function log(low: number, high: number): RangeDefinition<never> {
  return { kind: 'range', low, high, log: true, step: null, integer: false, when: null };
}

/**
 * A whole number from `low` to `high`, both included: `integer(1, 8)`.
 * @param options.step only low, low + step, low + 2 · step, …
 * @param options.log sample the logarithm uniformly
 */
export function integer(
  low: number,
  high: number,
  options: { readonly step?: number; readonly log?: boolean } = {},
): RangeDefinition<never> {
  checkOptions(options, ['step', 'log'], { of: 'integer(low, high, options)', synonyms: { q: 'step' } });
  const { step = null, log = false } = options;
  return { kind: 'range', low, high, log, step, integer: true, when: null };
}

/**
 * A parameter that is used only where another one has a certain value: `when('layers', [2, 3], uniform(0, 0.5))`.
 * Elsewhere its flag has the value that it has without the sweep.
 * @throws ForgeError SWEEP_INVALID for a second condition, or no parameter
 */
export function when<const N extends string, D extends ParameterDefinition<ParameterValue, never>>(
  parameter: N,
  values: ParameterValue | readonly ParameterValue[],
  definition: D,
): Omit<D, 'when'> & { readonly when: ConditionDefinition<N> } {
  if (typeof definition !== 'object' || definition === null) {
    const message = `when(${JSON.stringify(parameter)}, …) has no parameter that depends on it.`;
    throw sweepError(message, parameter, "For example: dropout: when('hidden', 256, uniform(0, 0.5)).");
  }
  if (definition.when !== null) {
    const message = `when(${JSON.stringify(parameter)}, …): the parameter already has a condition.`;
    const hint = 'A parameter has one condition. Give the other one to the parameter that this one names.';
    throw sweepError(message, parameter, hint);
  }
  return { ...definition, when: { parameter, values: isList(values) ? values : [values] } };
}

const useLog = 'Write log(low, high).';

function isList(values: ParameterValue | readonly ParameterValue[]): values is readonly ParameterValue[] {
  return Array.isArray(values);
}
