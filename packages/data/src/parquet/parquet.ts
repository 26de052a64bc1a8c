import type { Row } from '@forge-ml/core';
import { type ReaderFunction, readerFunction } from '@forge-ml/core/node';
import { parquetReader, parquetSettings } from './parquet-reader.js';

export interface ParquetOptions {
  /** The names of the columns to read. Default: all. */
  readonly columns?: readonly string[];
  /** Read the rows in order, with one row group in memory at a time. Default: false, a table in memory. */
  readonly stream?: boolean;
}

/**
 * The rows of a Parquet file. Numbers are numbers; 64-bit integers are texts if one of the column is not exact as a number,
 * and decimals if they have more than 15 digits. Dates and times are ISO 8601 texts. Binary columns are Uint8Array.
 * Missing values and NaN are null.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; FILE_SYSTEM, DATA_INVALID naming the column or what is damaged when it
 * is opened or read
 */
export const parquet: ReaderFunction<Row, ParquetOptions> = readerFunction<Row, ParquetOptions>(
  'parquet',
  parquetReader,
  parquetSettings,
);
