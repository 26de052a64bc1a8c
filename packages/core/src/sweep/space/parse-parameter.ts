import { ForgeError } from '../../errors/forge-error.js';
import { toKebab } from '../../text/flag-names.js';
import {
  describeProblem,
  expectedNames,
  isSyntaxProblem,
  openQuote,
  type SyntaxProblem,
} from '../../text/syntax-problem.js';
import type { ParameterDefinition, SpaceDefinition } from './definitions.js';
import { parse } from './parameter-parser.generated.js';
import { sweepError } from './sweep-error.js';

/** Longer than any that a person writes. */
const longest = 100_000;

const forms = 'Write NAME=LOW..HIGH, NAME=log(LOW..HIGH) or NAME=VALUE,VALUE.';

/**
 * Parses a parameter of a command line: `learningRate=log(1e-5..1e-2)`, `hidden=64,128 when layers=2`. Values without
 * quotes are words: what they mean depends on the flag.
 * @throws ForgeError SWEEP_INVALID with the place in the text
 */
export function parseParameter(text: string): { readonly name: string; readonly definition: ParameterDefinition } {
  if (text.trim() === '') throw sweepError('The parameter is empty.', 'space', forms);
  if (text.length > longest) {
    const message = `The parameter has ${text.length} characters, more than the maximum of ${longest}.`;
    throw sweepError(message, 'space', 'Write a shorter one, or use a range.');
  }
  try {
    return parse(text, { startRule: 'parameter' }) as ReturnType<typeof parseParameter>;
  } catch (error) {
    if (!isSyntaxProblem(error)) throw error;
    throw syntaxError(text, error);
  }
}

/**
 * Parses the parameters of a command line, each as it was given.
 * @throws ForgeError SWEEP_INVALID
 */
export function parseParameters(texts: readonly string[]): SpaceDefinition {
  const definitions = new Map<string, [name: string, definition: ParameterDefinition]>();
  for (const text of texts) {
    const { name, definition } = parseParameter(text);
    const key = toKebab(name);
    if (definitions.has(key)) throw sweepError(`The parameter ${name} is given twice.`, name, 'Give it once.');
    definitions.set(key, [name, definition]);
  }
  return Object.fromEntries(definitions.values());
}

function syntaxError(text: string, problem: SyntaxProblem): ForgeError {
  const { offset } = problem.location.start;
  const open = openQuote(text);
  if (open !== undefined) return errorAt(text, 'This text has no closing quote.', { start: open, end: text.length });
  const call = text[offset] === '(' ? /[\w-]+$/.exec(text.slice(0, offset)) : null;
  if (call !== null) {
    return errorAt(text, `There is no function "${call[0]}".`, { start: call.index, end: offset });
  }
  const names = expectedNames(problem);
  const { message, ...place } = describeProblem(text, { start: offset, names, what: 'parameter' });
  return errorAt(text, message, place);
}

function errorAt(text: string, message: string, { start, end }: { start: number; end: number }): ForgeError {
  return new ForgeError('SWEEP_INVALID', message, {
    about: text.slice(start, end) || text,
    hint: forms,
    place: { text, start, end },
  });
}
