import type { Dataset, Row } from '@forge-ml/core';
import { checkOptions, type DatasetReader } from '@forge-ml/core/plugin';
import { wrongValue } from '../files/option-values.js';

const of = 'parquet(file, options)';

/** Reads Parquet files. The decoder is loaded with the first one. */
export const parquetReader: DatasetReader = {
  description: 'The rows of a Parquet file, as numbers, texts and booleans by the names of the columns.',
  async open({ path, options }): Promise<Dataset<Row>> {
    const { columns, stream } = parquetSettings(options);
    const { openParquet } = await import('./parquet-rows.js');
    return openParquet(path, columns, stream);
  },
};

/** Checks the options. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function parquetSettings(options: object): { readonly columns?: readonly string[]; readonly stream: boolean } {
  checkOptions(options, ['columns', 'stream'], { of, synonyms: { select: 'columns', usecols: 'columns' } });
  const { columns, stream = false } = options as Readonly<Record<string, unknown>>;
  if (typeof stream !== 'boolean') throw wrongValue(of, 'stream', stream, 'true or false');
  if (columns === undefined) return { stream };
  const valid = Array.isArray(columns) && columns.length > 0 && columns.every((name) => typeof name === 'string');
  if (!valid || new Set(columns).size < columns.length) {
    throw wrongValue(of, 'columns', columns, 'a list of different names');
  }
  return { columns: columns as string[], stream };
}
