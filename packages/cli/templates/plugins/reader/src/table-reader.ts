import { readFile } from 'node:fs/promises';
import {
  checkOptions,
  type DatasetReader,
  ForgeError,
  messageOf,
  type TensorData,
  tensor,
} from '@forge-ml/core/plugin';

/** The rows of a table and the names of its columns. */
interface Table {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads tables of numbers: one row a line, tabs between columns, names in the first line. */
export const tableReader: DatasetReader = {
  description: 'The columns of a table of numbers; columns: { x: [NAME, …] } combines several into one array.',
  async open({ path, options }) {
    checkOptions(options, ['columns'], { of: 'The reader {{name}}' });
    const table = parse(path, await read(path));
    // By default each column is an array of its own.
    const columns = options.columns ?? Object.fromEntries(table.header.map((name) => [name, [name]]));
    return Object.fromEntries(
      Object.entries(columns as Record<string, string[]>).map(([name, names]) => [name, gather(table, names)]),
    );
  },
};

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ForgeError('DATA_UNAVAILABLE', `Cannot read ${path}: ${messageOf(cause)}`, { about: path, cause });
  }
}

function parse(path: string, text: string): Table {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const short = rows.findIndex((row) => row.length !== header.length);
  if (rows.length === 0) throw invalid(path, 'has no rows');
  if (short >= 0) throw invalid(path, `has ${header.length} columns, but ${rows[short]!.length} in row ${short + 1}`);
  return { path, header, rows };
}

/** @returns float32[rows, columns] */
function gather({ path, header, rows }: Table, names: readonly string[]): TensorData {
  const places = names.map((name) => {
    const at = header.indexOf(name);
    if (at < 0) throw invalid(path, `has no column ${name}; it has ${header.join(', ')}`);
    return at;
  });
  const numbers = rows.flatMap((row, index) => places.map((at) => numberIn(path, row[at]!, header[at]!, index)));
  return tensor(Float32Array.from(numbers), [rows.length, places.length]);
}

function numberIn(path: string, text: string, column: string, row: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  throw invalid(path, `has ${JSON.stringify(text)}, which is not a number, in row ${row + 1} of column ${column}`);
}

function invalid(path: string, what: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} ${what}.`, { about: path });
}
