import type { ChoiceParameter, FloatParameter, IntegerParameter, Parameter, ParameterValue } from './space.js';

/** A range with a first value, a second one, and so on. */
type SteppedParameter = IntegerParameter | (FloatParameter & { readonly step: number });

/** A parameter with a number of values: all but ranges of real numbers without a step. */
export type DiscreteParameter = ChoiceParameter | SteppedParameter;

export function isDiscrete<P extends Parameter>(parameter: P): parameter is P & DiscreteParameter {
  return parameter.kind !== 'float' || parameter.step !== null;
}

/** The number of values. */
export function countValues(parameter: DiscreteParameter): number {
  if (parameter.kind === 'choice') return parameter.choices.length;
  const last = Math.round((parameter.high - parameter.low) / parameter.step);
  return steppedValue(parameter, last) > parameter.high ? last : last + 1;
}

/** Value `index` of a parameter, from 0. */
export function valueAt(parameter: DiscreteParameter, index: number): ParameterValue {
  return parameter.kind === 'choice' ? parameter.choices[index]! : steppedValue(parameter, index);
}

/** The index of a value; -1 where the parameter cannot have it. */
export function indexOfValue(parameter: DiscreteParameter, value: ParameterValue): number {
  if (parameter.kind === 'choice') return parameter.choices.indexOf(value);
  if (typeof value !== 'number') return -1;
  const index = Math.round((value - parameter.low) / parameter.step);
  const isInside = index >= 0 && index < countValues(parameter);
  return isInside && steppedValue(parameter, index) === value ? index : -1;
}

/** Whether a parameter can have a value. */
export function canHave(parameter: Parameter, value: ParameterValue): boolean {
  if (isDiscrete(parameter)) return indexOfValue(parameter, value) >= 0;
  const { low, high } = parameter as FloatParameter;
  return typeof value === 'number' && value >= low && value <= high;
}

/** low + index · step as a person would write it: 0.3, not 0.30000000000000004. */
function steppedValue({ low, step }: Pick<SteppedParameter, 'low' | 'step'>, index: number): number {
  const value = low + index * step;
  const digits = Math.max(decimals(low), decimals(step));
  return digits === 0 || digits > 100 ? value : Number(value.toFixed(digits));
}

/** The number of digits after the decimal point. */
function decimals(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const written = mantissa!.split('.')[1]?.length ?? 0;
  return Math.max(0, written - Number(exponent));
}
