import { ForgeError } from '../../errors/forge-error.js';
import {
  describeProblem,
  expectedNames,
  isSyntaxProblem,
  openQuote,
  type SyntaxProblem,
} from '../../text/syntax-problem.js';
import type { FieldPath, Place, Query } from './query.js';
import { parse } from './query-parser.generated.js';

/** Longer than any that a person writes; a longer one could overflow the stack. */
const longest = 10_000;
/** Each nested parenthesis costs stack. */
const mostNested = 200;

/**
 * Parses an expression: `flags.learningRate < 0.01 and best.valid.accuracy > 0.9`.
 * @throws ForgeError QUERY_INVALID with the place in the text
 */
export function parseQuery(text: string): Query {
  return parsed(text, 'query') as Query;
}

/** Parses a field: `best.valid.rmse`. @throws ForgeError QUERY_INVALID */
export function parseField(text: string): FieldPath {
  return parsed(text, 'aField') as FieldPath;
}

function parsed(text: string, startRule: 'query' | 'aField'): unknown {
  const what = startRule === 'query' ? 'expression' : 'field';
  if (text.trim() === '') throw queryError(`The ${what} is empty.`, text, { start: 0, end: 0 });
  if (text.length > longest) {
    const message = `The ${what} has ${text.length} characters, more than the maximum of ${longest}.`;
    throw new ForgeError('QUERY_INVALID', message, { hint: 'Write a shorter one.' });
  }
  checkNesting(text);
  try {
    return parse(text, { startRule });
  } catch (error) {
    if (!isSyntaxProblem(error)) throw error;
    throw syntaxError(text, error);
  }
}

/** @throws ForgeError QUERY_INVALID; counts inside quotes as well, where no one writes as many */
function checkNesting(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ')') depth--;
    if (text[at] !== '(' || ++depth <= mostNested) continue;
    const message = `The expression is nested deeper than ${mostNested} levels.`;
    throw queryError(message, text, { start: at, end: at + 1 });
  }
}

function syntaxError(text: string, problem: SyntaxProblem): ForgeError {
  const start = problem.location.start.offset;
  const open = openQuote(text);
  if (open !== undefined) return queryError('This text has no closing quote.', text, { start: open, end: text.length });
  const operator = operatorAt(text, start);
  const meant = operators.get(text.slice(operator.start, operator.end));
  if (meant !== undefined) {
    const written = text.slice(operator.start, operator.end);
    return queryError(`There is no operator "${written}".`, text, operator, `Write ${meant}.`);
  }
  const names = expectedNames(problem);
  // The operators are named in its description.
  if ([...names].some((name) => name.startsWith('an operator')))
    for (const name of ['not', 'in', '"~"']) names.delete(name);
  const { message, ...place } = describeProblem(text, { start, names, what: 'expression' });
  return queryError(message, text, place);
}

/** Operators of other languages, and those typed the other way round. */
const operators: ReadonlyMap<string, string> = new Map([
  ...[
    ['=>', '>='],
    ['>>', '>'],
    ['=<', '<='],
    ['<<', '<'],
  ],
  ...[
    ['<>', '!='],
    ['=!', '!='],
    ['!==', '!='],
    ['===', '='],
    [':=', '='],
  ],
  ...[
    ['=~', '~'],
    ['~=', '~'],
    ['!~', 'not (FIELD ~ TEXT)'],
  ],
  ...[
    ['&&', 'and'],
    ['&', 'and'],
    ['||', 'or'],
    ['|', 'or'],
    ['!', 'not'],
  ],
] as [string, string][]);

/** The place of the operator at a place: its first characters may be an operator by themselves. */
function operatorAt(text: string, at: number): Place {
  const isPart = (index: number) => /[=<>!~&|:]/.test(text[index] ?? '');
  let [start, end] = [at, at];
  while (isPart(start - 1)) start--;
  while (isPart(end)) end++;
  return { start, end };
}

/** An error at a place in an expression, which the command line underlines. */
export function queryError(message: string, text: string, { start, end }: Place, hint?: string): ForgeError {
  return new ForgeError('QUERY_INVALID', message, {
    about: text.slice(start, end) || text,
    place: { text, start, end },
    ...(hint === undefined ? {} : { hint }),
  });
}
