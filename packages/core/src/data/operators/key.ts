import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { failedAt } from '../check.js';

/** What identifies an element: the name of a column, several, or a function. */
export type Key<T> = (keyof T & string) | readonly (keyof T & string)[] | ((element: T) => string | number | boolean);

export interface KeyReader<T> {
  /** The columns that it reads; undefined for a function, which may read any. */
  readonly columns: readonly string[] | undefined;
  /** The key as text. @throws ForgeError DATA_INVALID where the element has none */
  of(element: T, index: number): string;
}

/** @param option its name, for messages */
export function keyReader<T>(key: Key<T>, option: string): KeyReader<T> {
  if (typeof key === 'function') {
    const of = (element: T, index: number): string => {
      try {
        return String(key(element));
      } catch (error) {
        throw failedAt(`function given as \`${option}\``, index, 0, error);
      }
    };
    return { columns: undefined, of };
  }
  const columns: readonly string[] = typeof key === 'string' ? [key] : key;
  const of = (element: T, index: number): string => {
    const values = columns.map((column) =>
      keyValue(element as Readonly<Record<string, unknown>>, column, index, option),
    );
    return values.length === 1 ? String(values[0]) : JSON.stringify(values);
  };
  return { columns, of };
}

function keyValue(element: Readonly<Record<string, unknown>>, column: string, index: number, option: string) {
  const value = element[column];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const near = value === undefined ? nearestName(column, Object.keys(element)) : undefined;
  const found = value === undefined || value === null ? 'is missing' : 'is an array';
  throw new ForgeError(
    'DATA_INVALID',
    `Column "${column}" of row ${index + 1} ${found}, so \`${option}\` cannot split it.`,
    {
      about: column,
      hint: near === undefined ? `Give a function as \`${option}\` that handles such rows.` : `Did you mean "${near}"?`,
    },
  );
}
