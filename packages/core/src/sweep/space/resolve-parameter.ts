import { coerceFlag, describeKind } from '../../config/flags/coerce-flag.js';
import type { Flag } from '../../config/flags/flag.js';
import { pathValue } from '../../config/flags/path-value.js';
import { shownValue } from '../../model/model-error.js';
import type { ChoiceDefinition, ParameterDefinition, RangeDefinition, Word } from './definitions.js';
import type { ChoiceParameter, FloatParameter, IntegerParameter, ParameterValue } from './space.js';
import { sweepError } from './sweep-error.js';

/**
 * The values of a parameter, each of which its flag can have.
 * @param base the folder that relative paths are resolved against
 * @throws ForgeError FLAG_INVALID, SWEEP_INVALID
 */
export function resolveParameter(
  name: string,
  definition: ParameterDefinition,
  flag: Flag<unknown>,
  base: string | undefined,
): ChoiceParameter | FloatParameter | IntegerParameter {
  if (definition.kind === 'range') return resolveRange(name, definition, flag);
  return { kind: 'choice', choices: resolveChoices(name, definition, flag, base) };
}

/** A value of a flag: a word as on a command line, or a value. @throws ForgeError FLAG_INVALID */
export function resolveValue(
  name: string,
  flag: Flag<unknown>,
  given: ParameterValue | Word,
  base?: string,
): ParameterValue {
  const isWord = typeof given === 'object' && given !== null;
  const isNone = isWord && given.word === 'none' && flag.nullable && !flag.choices?.includes('none');
  const value = coerceFlag(name, flag, isNone ? null : isWord ? given.word : given);
  // Not -0, which JSON does not have.
  return value === 0 ? 0 : (pathValue(flag.kind, value, base) as ParameterValue);
}

function resolveChoices(
  name: string,
  { choices }: ChoiceDefinition,
  flag: Flag<unknown>,
  base: string | undefined,
): ParameterValue[] {
  if (choices.length === 0) {
    throw sweepError(`The parameter ${name} has no values to choose from.`, name, 'Name one value or more.');
  }
  const values = choices.map((given) => resolveValue(name, flag, given, base));
  const again = values.find((value, at) => values.indexOf(value) < at);
  if (again === undefined) return values;
  throw sweepError(`The parameter ${name} has the value ${shownValue(again)} twice.`, name, 'Name each value once.');
}

function resolveRange(name: string, given: RangeDefinition, flag: Flag<unknown>): FloatParameter | IntegerParameter {
  checkIsNumber(name, given, flag);
  const [low, high] = [given.low, given.high].map((end) => resolveValue(name, flag, end) as number) as [number, number];
  const { log, step } = given;
  checkEnds(name, low, high, log);
  const isWhole = Number.isSafeInteger(low) && (given.integer || flag.kind === 'integer' || Number.isSafeInteger(step));
  if (given.integer && !(isWhole && Number.isSafeInteger(high))) {
    throw sweepError(`The parameter ${name} is a range of whole numbers, not ${low}..${high}.`, name, useUniform);
  }
  checkStep(name, { low, high, log, step }, isWhole);
  if (isWhole) return { kind: 'integer', low, high: Math.floor(high), log, step: step ?? 1 };
  return { kind: 'float', low, high, log, step };
}

const useUniform = 'Write whole numbers, or uniform(low, high) for any number.';

function checkIsNumber(name: string, { low, high }: RangeDefinition, flag: Flag<unknown>): void {
  if (flag.kind !== 'integer' && flag.kind !== 'float') {
    const message = `The parameter ${name} is a range of numbers, but its flag takes ${describeKind(flag)}.`;
    throw sweepError(message, name, `Name its values: ${exampleChoices(flag)}.`);
  }
  const wrong = [low, high].find((end) => !Number.isFinite(end));
  if (wrong === undefined) return;
  const message = `The parameter ${name} is a range of numbers, but one end is ${shownValue(wrong)}.`;
  throw sweepError(message, name, 'Give two numbers, the lower one first.');
}

function exampleChoices({ kind, choices = ['one', 'another'] }: Flag<unknown>): string {
  return kind === 'boolean' ? 'choice(true, false)' : `choice(${choices.map(shownValue).join(', ')})`;
}

function checkEnds(name: string, low: number, high: number, log: boolean): void {
  if (low > high) {
    const message = `The parameter ${name} has an empty range: ${low} is above ${high}.`;
    throw sweepError(message, name, 'Give the lower number first.');
  }
  if (log && low <= 0) {
    const message = `The parameter ${name} has a logarithmic range that starts at ${low}; it must start above 0.`;
    throw sweepError(message, name, 'Start it above 0, or use a range without log.');
  }
  if (Number.isFinite(high - low)) return;
  throw sweepError(`The range of the parameter ${name} is too large: ${low}..${high}.`, name, 'Give a smaller range.');
}

function checkStep(name: string, range: Pick<FloatParameter, 'low' | 'high' | 'log' | 'step'>, isWhole: boolean): void {
  const { low, high, log, step } = range;
  if (step === null) return;
  const wrong = (what: string, hint: string) => sweepError(`The parameter ${name} has ${what}.`, name, hint);
  if (!(Number.isFinite(step) && step > 0)) {
    throw wrong(`a step of ${shownValue(step)}; it must be above 0`, 'Give a positive step, or none.');
  }
  if (isWhole && !Number.isSafeInteger(step)) {
    throw wrong(`whole numbers, but a step of ${step}`, 'Give a whole number as its step.');
  }
  if (log && !(isWhole && step === 1)) {
    throw wrong('both a logarithmic range and a step', 'Omit one of them, or name its values.');
  }
  if (low + step === low || high - step === high) {
    throw wrong(`a step of ${step}, which is too small for numbers near ${high}`, 'Give a larger step, or none.');
  }
}
