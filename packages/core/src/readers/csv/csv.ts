import type { ColumnKind } from '../../data/column-table.js';
import type { Pipeline } from '../../data/pipeline/pipeline.js';
import type { Row } from '../../tensor/row.js';
import { readerFunction } from '../reader-function.js';
import { type ColumnTypes, type CsvOptions, readCsvOptions } from './csv-options.js';
import { csvReader } from './csv-reader.js';

interface ValueOf {
  readonly number: number;
  readonly string: string;
  readonly boolean: boolean;
}

/** Rows whose columns have these types; a missing value is null. */
export type TypedRow<Types extends ColumnTypes> = Row & {
  readonly [Name in keyof Types]: ValueOf[Types[Name] & ColumnKind] | null;
};

const open = readerFunction<Row, CsvOptions>('csv', csvReader, readCsvOptions);

/**
 * The rows of a CSV or TSV file, plain or gzipped: a table in memory, shuffled as a whole; or with `stream` in order and
 * with bounded memory. Columns are numbers, booleans or strings; see `CsvOptions`.
 *
 * The file is read when the dataset is opened: by the training, by the first read or by `open`.
 * @throws ForgeError DATA_INVALID naming file, line and column; FILE_SYSTEM. When the dataset is opened or read
 */
export function csv<const Types extends ColumnTypes = Record<never, never>>(
  file: string | URL,
  options?: CsvOptions<Types>,
): Pipeline<TypedRow<Types>> {
  return open(file, options) as Pipeline<TypedRow<Types>>;
}
