import type { TableField } from '../../../protocol/table.js';
import { writtenField } from './conditions.js';

/** What could be written at the cursor. */
export interface Completion {
  /** The part of the text that an option replaces. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly CompletionOption[];
}

export interface CompletionOption {
  readonly text: string;
  /** What it is: `flag`, `best value`; empty if it says that itself. */
  readonly detail: string;
}

/** What is expected at the end of a text. `value` is of a field. */
export type Expected =
  | { readonly kind: 'field' | 'operator' | 'connective'; readonly from: number }
  | { readonly kind: 'value'; readonly from: number; readonly field: string };

const most = 12;
const statuses = ['running', 'completed', 'stopped', 'failed', 'crashed', 'damaged'];
const facts = [
  ...['status', 'experiment', 'number', 'created', 'duration', 'step', 'epoch', 'backend', 'engine', 'host', 'reason'],
  ...['tag', 'name', 'note', 'git.commit', 'git.branch', 'git.dirty'],
];
const details: Readonly<Record<TableField['kind'], string>> = {
  flag: 'flag',
  best: 'best value',
  last: 'last value',
  fact: '',
};

/** Whether an expression goes on: an error would only say so. */
export function isUnfinished(text: string): boolean {
  if (text.trim() === '') return false;
  const open = [...text.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, '')];
  const count = (letter: string) => open.filter((other) => other === letter).length;
  if (count('(') > count(')') || count("'") + count('"') > 0) return true;
  return expectedAt(`${text} `).kind !== 'connective';
}

const token = /\s+|'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?|[(),]|!=|<=|>=|==|[=<>~]|[^\s,()=<>!~'"]+|!/g;

/** Reads the expression up to its end, as far as a person has written it. */
export function expectedAt(text: string): Expected {
  let kind: Expected['kind'] = 'field';
  let field = '';
  let from = 0;
  let isList = false;
  for (const { 0: part, index } of text.matchAll(token)) {
    const end = index + part.length;
    // A word that the cursor is in is still being written.
    if (end === text.length && !/^(?:\s+|[(),=<>~!]+)$/.test(part)) break;
    from = end;
    if (/^\s/.test(part)) continue;
    const word = part.toLowerCase();
    if (part === '(') {
      if (kind === 'value') isList = true;
    } else if (part === ')') {
      isList = false;
      kind = 'connective';
    } else if (part === ',') kind = isList ? 'value' : 'field';
    else if (kind === 'field') {
      if (word === 'not' || word === 'has') continue;
      field = part;
      kind = 'operator';
    } else if (kind === 'operator') {
      if (word === 'not') continue;
      kind = 'value';
    } else if (kind === 'value') {
      if (!isList) kind = 'connective';
    } else if (word === 'and' || word === 'or') kind = 'field';
  }
  return kind === 'value' ? { kind, from, field } : { kind, from };
}

/**
 * What could be written at the end of a text.
 * @param valuesOf known values of a field, as they are written in expressions
 */
export function complete(
  text: string,
  fields: readonly TableField[],
  valuesOf: (field: string) => readonly string[],
): Completion {
  const expected = expectedAt(text);
  const word = text.slice(expected.from);
  const options = matching(word, candidates(expected, fields, valuesOf));
  return { from: expected.from, to: text.length, options: options.slice(0, most) };
}

function candidates(
  expected: Expected,
  fields: readonly TableField[],
  valuesOf: (field: string) => readonly string[],
): CompletionOption[] {
  switch (expected.kind) {
    case 'field': {
      const known = fields.map(({ key, kind }) => ({ text: writtenField(key), detail: details[kind] }));
      const others = facts.filter((name) => !known.some(({ text }) => text === name));
      return [...known, ...others.map((text) => ({ text, detail: '' }))];
    }
    case 'operator':
      return ['=', '!=', '<', '<=', '>', '>=', '~', 'in ('].map((text) => ({ text, detail: '' }));
    case 'connective':
      return ['and', 'or'].map((text) => ({ text, detail: '' }));
    case 'value':
      return (expected.field === 'status' ? statuses : valuesOf(expected.field)).map((text) => ({ text, detail: '' }));
  }
}

/** Those that start with the word, then those with a part that does, then those that contain it. */
function matching(word: string, options: readonly CompletionOption[]): CompletionOption[] {
  const wanted = word.toLowerCase();
  const rankOf = ({ text }: CompletionOption): number => {
    const lower = text.toLowerCase();
    if (lower === wanted) return 4;
    if (lower.startsWith(wanted)) return 0;
    if (lower.split('.').some((part) => part.startsWith(wanted))) return 1;
    return lower.includes(wanted) ? 2 : 3;
  };
  const ranked = options.map((option) => ({ option, rank: rankOf(option) })).filter(({ rank }) => rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank).map(({ option }) => option);
}
