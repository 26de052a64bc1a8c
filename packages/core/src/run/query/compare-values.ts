import type { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { queryError } from './parse-query.js';
import type { Literal, Operator, Pattern, Place } from './query.js';
import { type Field, type FieldKind, type FieldValue, statuses } from './query-fields.js';
import { readDuration, readNumber, readTime } from './query-values.js';

/** Whether a value that is not missing matches. */
export type Test = (value: FieldValue) => boolean;

/** What an error needs, and the time that `7d ago` counts from. */
export interface CompareContext {
  readonly text: string;
  readonly now: number;
}

const ordering = ['<', '<=', '>', '>='];
const unordered: readonly FieldKind[] = ['text', 'boolean', 'tags'];

/** A test of a value against a literal. @throws ForgeError QUERY_INVALID for a literal that the field cannot have */
export function comparison(field: Field, operator: Operator, literal: Literal, context: CompareContext): Test {
  const { key, kind } = field;
  const fail = (message: string, hint: string): ForgeError => queryError(message, context.text, literal.place, hint);
  const { text } = literal;
  if (unordered.includes(kind) && ordering.includes(operator)) {
    throw fail(`${key} has no order, so ${operator} does not apply.`, 'Use =, !=, ~ or in.');
  }
  switch (kind) {
    case 'number': {
      const number = readNumber(text);
      if (number === undefined)
        throw fail(`${key} is a number, and "${text}" is not.`, 'For example: 0.01, 1e-3, inf.');
      return comparingNumbers(operator, number);
    }
    case 'duration': {
      const seconds = readDuration(text);
      if (seconds !== undefined) return comparingNumbers(operator, seconds);
      throw fail(`${key} is a duration, and "${text}" is not.`, 'For example: 90s, 12h, 1h30m, 7d.');
    }
    case 'time':
      return comparingTimes(key, operator, text, context.now, fail);
    case 'boolean': {
      if (text !== 'true' && text !== 'false')
        throw fail(`${key} is true or false, not "${text}".`, 'Write true or false.');
      return (value) => (value === (text === 'true')) === (operator === '=');
    }
    case 'tags':
      return (value) => Array.isArray(value) && value.includes(text) === (operator === '=');
    case 'text': {
      if (key === 'status') requireStatus(text, fail);
      return (value) => (value === text) === (operator === '=');
    }
    case 'any':
      return comparingFlag(key, operator, literal, fail);
  }
}

type Fail = (message: string, hint: string) => ForgeError;

function requireStatus(text: string, fail: Fail): void {
  if ((statuses as readonly string[]).includes(text)) return;
  const nearest = nearestName(text, statuses);
  throw fail(
    `There is no status "${text}".`,
    nearest === undefined ? `Statuses: ${statuses.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

function comparingNumbers(operator: Operator, wanted: number): Test {
  const compare = comparers[operator];
  return (value) => typeof value === 'number' && compare(value, wanted);
}

/** NaN equals NaN, so that `last.valid.loss = nan` finds it. */
const isSame = (a: number, b: number) => a === b || (Number.isNaN(a) && Number.isNaN(b));

const comparers: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '=': isSame,
  '!=': (a, b) => !isSame(a, b),
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A day is before, equal to or after a time as a whole. */
function comparingTimes(key: string, operator: Operator, text: string, now: number, fail: Fail): Test {
  const span = readTime(text, now);
  if (span === undefined) {
    const example = readDuration(text) === undefined ? 'For example: 2026-01-31, 7d ago, today.' : `Write ${text} ago.`;
    throw fail(`${key} is a time, and "${text}" is not.`, example);
  }
  const { start, end } = span;
  const tests: Record<Operator, (time: number) => boolean> = {
    '=': (time) => time >= start && time < end,
    '!=': (time) => time < start || time >= end,
    '<': (time) => time < start,
    '<=': (time) => time < end,
    '>': (time) => time >= end,
    '>=': (time) => time >= start,
  };
  const test = tests[operator];
  return (value) => typeof value === 'string' && test(Date.parse(value));
}

/** A flag may be text in one run and a number in another. */
function comparingFlag(key: string, operator: Operator, { text, quoted }: Literal, fail: Fail): Test {
  const number = quoted ? undefined : readNumber(text);
  if (ordering.includes(operator)) {
    if (number === undefined)
      throw fail(`${key} ${operator} compares numbers, and "${text}" is not one.`, 'Use =, !=, ~ or in.');
    return comparingNumbers(operator, number);
  }
  const isEqual = (value: FieldValue) =>
    typeof value === 'number' && number !== undefined ? isSame(value, number) : String(value) === text;
  return operator === '=' ? isEqual : (value) => !isEqual(value);
}

/** Whether a text contains another, ignoring case, or matches a regular expression. @throws ForgeError QUERY_INVALID */
export function containing({ key, kind }: Field, pattern: Pattern | Literal, { text }: CompareContext): Test {
  if (!['text', 'tags', 'any'].includes(kind)) {
    throw queryError(`${key} is not text, so ~ does not apply.`, text, pattern.place, 'Use = != < <= > >= or in.');
  }
  const test = 'flags' in pattern ? matching(pattern, pattern.place, text) : containingText(pattern.text);
  return (value) => (Array.isArray(value) ? value.some(test) : test(String(value)));
}

function containingText(wanted: string): (value: string) => boolean {
  const lower = wanted.toLowerCase();
  return (value) => value.toLowerCase().includes(lower);
}

function matching({ text: source, flags }: Pattern, place: Place, text: string): (value: string) => boolean {
  try {
    // Without g and y, which would continue from the last match.
    const expression = new RegExp(source, flags.replace(/[gy]/g, ''));
    return (value) => expression.test(value);
  } catch (error) {
    const cause = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw queryError(`This regular expression is invalid: ${cause}.`, text, place, 'Put a text to find in quotes.');
  }
}
