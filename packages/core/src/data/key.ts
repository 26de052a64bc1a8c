import { ForgeError } from '../errors/forge-error.js';
import { nearestName } from '../text/flag-names.js';
import { failedAt } from './check.js';

/** What identifies an element: the name of a column, several, or a function. */
export type Key<T> = (keyof T & string) | readonly (keyof T & string)[] | ((element: T) => string | number | boolean);

/** The key of an element as text. @throws from the function: ForgeError DATA_INVALID where an element has none */
export function keyFunction<T>(key: Key<T>, option: string): (element: T, index: number) => string {
  if (typeof key === 'function') {
    return (element, index) => {
      try {
        return String(key(element));
      } catch (error) {
        throw failedAt(`function given as \`${option}\``, index, 0, error);
      }
    };
  }
  const columns: readonly string[] = typeof key === 'string' ? [key] : key;
  return (element, index) => {
    const values = columns.map((column) =>
      keyValue(element as Readonly<Record<string, unknown>>, column, index, option),
    );
    return values.length === 1 ? String(values[0]) : JSON.stringify(values);
  };
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
