import type { ColumnKind } from '../../data/column-table.js';

const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const integerText = /^[+-]?\d+$/;
const infinities: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

/**
 * A decimal number, `inf` or `Infinity`; undefined for other text.
 * @param exact refuses text whose digits matter: integers that a double cannot hold, and leading zeros, as in ids and
 * postal codes
 */
export function numberOf(text: string, exact: boolean): number | undefined {
  if (!numberText.test(text)) {
    const negative = text.startsWith('-');
    const size = infinities[(negative || text.startsWith('+') ? text.slice(1) : text).toLowerCase()];
    return size === undefined || !negative ? size : -size;
  }
  const value = Number(text);
  if (exact && integerText.test(text) && !Number.isSafeInteger(value)) return undefined;
  return exact && /^[+-]?0\d/.test(text) ? undefined : value;
}

/** 1 for true, 0 for false, undefined for other text. With `words` also 1, 0, yes and no. */
export function booleanOf(text: string, words: boolean): 0 | 1 | undefined {
  switch (text.toLowerCase()) {
    case 'true':
      return 1;
    case 'false':
      return 0;
    case '1':
    case 'yes':
      return words ? 1 : undefined;
    case '0':
    case 'no':
      return words ? 0 : undefined;
    default:
      return undefined;
  }
}

/** The kind of a column whose first value this is. */
export function kindOf(text: string): ColumnKind {
  if (numberOf(text, true) !== undefined) return 'number';
  return booleanOf(text, false) === undefined ? 'string' : 'boolean';
}
