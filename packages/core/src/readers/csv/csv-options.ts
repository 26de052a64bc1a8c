import { extname } from 'node:path';
import type { ColumnKind } from '../../data/column-table.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { checkOnBadRow, type OnBadRow } from '../bad-rows.js';
import { defaultMissing } from './missing-values.js';

/** The kinds of columns by name. */
export type ColumnTypes = Readonly<Record<string, ColumnKind>>;

export interface CsvOptions<Types extends ColumnTypes = ColumnTypes> {
  /** One ASCII character. Default: a comma; a tab for a file that is called `.tsv` or `.tab`. */
  readonly delimiter?: string;
  /** `true` (default): the first row has the names of the columns. `false`: they are `column1`, `column2` …; or their names. */
  readonly header?: boolean | readonly string[];
  /** Reads only these columns. Default: all. */
  readonly columns?: readonly string[];
  /**
   * The types of columns. Default: inferred from all cells. A column is a number or a boolean if all its cells are, except
   * numbers whose digits matter: with leading zeros, or integers that a double does not hold exactly.
   */
  readonly types?: Types;
  /** Cells that are missing values (null), also with spaces around. Default: `'', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL'`. */
  readonly missing?: readonly string[];
  /** Ignores lines that begin with this character. Default: none. */
  readonly comments?: string;
  /** A row that cannot be read: an error (default), skipped with a warning, or passed to a function and skipped. */
  readonly onBadRow?: OnBadRow;
  /** Reads in order and with bounded memory instead of into a table in memory. Default: false. */
  readonly stream?: boolean;
  /** With `stream`: how many rows the types are inferred from. A later cell of another type is a bad row. Default: 10,000. */
  readonly inferRows?: number;
}

const names = ['delimiter', 'header', 'columns', 'types', 'missing', 'comments', 'onBadRow', 'stream', 'inferRows'];
const synonyms = {
  sep: 'delimiter',
  separator: 'delimiter',
  delim: 'delimiter',
  names: 'header',
  headers: 'header',
  usecols: 'columns',
  select: 'columns',
  schema: 'types',
  dtype: 'types',
  dtypes: 'types',
  columnTypes: 'types',
  naValues: 'missing',
  nullValues: 'missing',
  comment: 'comments',
  onBadLines: 'onBadRow',
  streaming: 'stream',
};
const kinds: readonly unknown[] = ['number', 'string', 'boolean'] satisfies ColumnKind[];
const of = 'csv(file, options)';

/** The options with their defaults, checked. */
export type CsvSettings = ReturnType<typeof readCsvOptions>;

/** @throws ForgeError OPTION_UNKNOWN */
export function readCsvOptions(given: CsvOptions, path: string) {
  checkOptions(given, names, { of, synonyms });
  const isTabs = ['.tsv', '.tab'].includes(extname(path.replace(/\.gz$/i, '')).toLowerCase());
  const { delimiter = isTabs ? '\t' : ',', header = true, columns, types, missing = defaultMissing, comments } = given;
  const { stream = false, inferRows = 10_000 } = given;
  const onBadRow = checkOnBadRow(given.onBadRow, of);
  requireThat('delimiter', isAsciiCharacter(delimiter) && !'"\r\n'.includes(delimiter), 'one ASCII character');
  requireThat(
    'comments',
    comments === undefined || (isAsciiCharacter(comments) && !'"\r\n'.includes(comments)),
    'one ASCII character',
  );
  requireThat('comments', comments !== delimiter, 'another character than the delimiter');
  requireThat('header', typeof header === 'boolean' || isTexts(header), 'true, false or a list of names');
  requireThat('columns', columns === undefined || (isTexts(columns) && columns.length > 0), 'a list of names');
  requireThat('missing', isTexts(missing), 'a list of texts');
  requireThat('stream', typeof stream === 'boolean', 'true or false');
  requireThat('inferRows', Number.isSafeInteger(inferRows) && inferRows > 0, 'a whole number from 1 up');
  requireThat(
    'inferRows',
    given.inferRows === undefined || stream,
    'for { stream: true }: otherwise all rows are used',
  );
  requireThat(
    'types',
    types === undefined || (typeof types === 'object' && types !== null),
    'an object of types by column',
  );
  for (const [name, kind] of Object.entries(types ?? {})) {
    requireThat('types', kinds.includes(kind), `number, string or boolean for column "${name}"`);
  }
  return { delimiter, header, columns, types: types ?? {}, missing, comments, onBadRow, stream, inferRows };
}

function requireThat(option: string, holds: boolean, expected: string): void {
  if (holds) return;
  throw new ForgeError('OPTION_UNKNOWN', `${option} of ${of} must be ${expected}.`, { about: option });
}

function isAsciiCharacter(value: unknown): value is string {
  return typeof value === 'string' && value.length === 1 && value.charCodeAt(0) < 128;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
