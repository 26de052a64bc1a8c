import { fileURLToPath } from 'node:url';
import type { ColumnTable } from '../../data/column-table.js';
import { printableText } from '../../text/printable.js';
import { BadRows } from '../bad-rows.js';
import { type CsvOptions, readCsvOptions } from './csv-options.js';
import { inferKinds, readTables } from './csv-stream.js';

/**
 * The columns of a CSV file as typed arrays, some thousand rows at a time and in order, with bounded memory.
 * @param options those of `csv` with `stream`
 * @throws ForgeError as `csv`
 */
export async function* readCsvColumns(
  file: string | URL,
  options: Omit<CsvOptions, 'stream'> = {},
): AsyncGenerator<ColumnTable> {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const settings = readCsvOptions({ ...options, stream: true }, path);
  const bad = new BadRows(path, settings.onBadRow, (message) =>
    process.stderr.write(`Warning: ${printableText(message)}\n`),
  );
  const { kinds, status } = await inferKinds(path, settings);
  yield* readTables(path, settings, bad, kinds, { expected: status });
}
