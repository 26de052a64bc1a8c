import { comparison, containing, type Test } from './compare-values.js';
import { queryError } from './parse-query.js';
import type { FieldPath, Query } from './query.js';
import { type Field, type FieldValue, findField, isField, type KnownKeys } from './query-fields.js';

/** The values of a run by the key of their field. */
export type ValueOf = (key: string) => FieldValue | undefined;

export interface CompileOptions {
  /** The text of the expression, for errors. */
  readonly text: string;
  /** The keys that the runs have: others are errors. Default: any flag and metric may exist. */
  readonly known?: KnownKeys;
  /** The current time, ms since the Unix epoch. */
  readonly now?: number;
}

export interface CompiledQuery {
  /** Whether a run matches. A comparison with a missing value is false. */
  readonly matches: (get: ValueOf) => boolean;
  /** The fields that it reads. */
  readonly fields: readonly Field[];
}

/**
 * Turns an expression into a test of a run.
 * @throws ForgeError QUERY_INVALID with the place: an unknown field, a value that the field cannot have
 */
export function compileQuery(query: Query, { text, known, now = Date.now() }: CompileOptions): CompiledQuery {
  const fields: Field[] = [];
  const context = { text, now };

  const fieldOf = (path: FieldPath): Field => {
    const found = findField(path, known);
    if (!isField(found)) throw queryError(found.problem, text, path.place, found.hint);
    fields.push(found);
    return found;
  };
  const compile = (part: Query): CompiledQuery['matches'] => {
    switch (part.kind) {
      case 'and':
      case 'or': {
        const tests = part.of.map(compile);
        if (part.kind === 'and') return (get) => tests.every((test) => test(get));
        return (get) => tests.some((test) => test(get));
      }
      case 'not': {
        const test = compile(part.of);
        return (get) => !test(get);
      }
      case 'has': {
        const { key } = fieldOf(part.field);
        return (get) => has(get(key));
      }
      case 'in': {
        const field = fieldOf(part.field);
        const tests = part.values.map((value) => comparison(field, '=', value, context));
        return onValue(field, (value) => tests.some((test) => test(value)));
      }
      case 'matches': {
        const field = fieldOf(part.field);
        return onValue(field, containing(field, part.pattern, context));
      }
      case 'compare': {
        const field = fieldOf(part.field);
        return onValue(field, comparison(field, part.operator, part.value, context));
      }
    }
  };
  return { matches: compile(query), fields };
}

/** No tags are an empty list, which is not missing. */
function onValue({ key, kind }: Field, test: Test): CompiledQuery['matches'] {
  const missing: FieldValue | undefined = kind === 'tags' ? [] : undefined;
  return (get) => {
    const value = get(key) ?? missing;
    return value !== undefined && test(value);
  };
}

function has(value: FieldValue | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
