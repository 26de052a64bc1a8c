import type { FlagKind } from '../../config/flags/flag.js';
import type { Parameter, ParameterValue } from './space.js';

/**
 * A parameter as `--space NAME=…` has it after the name: `log(0.00001..0.01)`, `64,128 when layers=2`. `parseParameter`
 * reads the same parameter from it.
 * @param kind of its flag, if known: a flag of whole numbers needs no step of 1
 */
export function describeParameter(parameter: Parameter, kind?: FlagKind): string {
  const { when } = parameter;
  const values = describeValues(parameter, kind);
  return when === null ? values : `${values} when ${when.parameter}=${listValues(when.values)}`;
}

function describeValues(parameter: Parameter, kind: FlagKind | undefined): string {
  if (parameter.kind === 'choice') return listValues(parameter.choices);
  const { low, high, log, step } = parameter;
  const range = log ? `log(${low}..${high})` : `${low}..${high}`;
  const isObvious = step === null || (step === 1 && kind === 'integer');
  return isObvious ? range : `${range} step ${step}`;
}

function listValues(values: readonly ParameterValue[]): string {
  return values.map(describeValue).join(',');
}

/** A value as a word of a command line, in quotes where it could be read as something else. */
export function describeValue(value: ParameterValue): string {
  if (value === null) return 'none';
  if (typeof value !== 'string') return String(value);
  const isWord = /^[^\s,'"()[\]{}]+$/.test(value) && value !== 'none' && !startsLikeRange.test(value);
  return isWord ? value : `'${value.replace(/[\\']/g, '\\$&')}'`;
}

const startsLikeRange = /^[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?\.\./;
