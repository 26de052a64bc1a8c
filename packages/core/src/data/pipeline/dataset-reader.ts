import type { Row } from '../../tensor/row.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { Dataset } from '../dataset.js';
import type { Column } from './arrays.js';
import type { Pipeline } from './pipeline.js';

/** Reads files of one format into a dataset. `Forge.openDataset(format, path, options)` opens one. */
export interface DatasetReader {
  /** What it reads, in one sentence. */
  readonly description: string;
  /**
   * @returns arrays by name, whose first dimension counts examples; or a dataset, of arrays or of raw rows, for data that
   * should not be in memory at once
   * @throws ForgeError DATA_INVALID or DATA_UNAVAILABLE, naming the file
   */
  open(request: ReadRequest): ReadData | Promise<ReadData>;
}

export interface ReadRequest {
  /** The absolute path of a file or folder; or a URL such as `s3://bucket/key`, unchanged. */
  readonly path: string;
  /** The caller's options, unchecked: the reader refuses unknown ones. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Shows a line to the user, such as the number of rows that were skipped. */
  warn(message: string): void;
}

/** Named arrays without a batch dimension: one example. */
export type ReadExample<N extends string = string> = { readonly [Name in N]: Batch[string] };

export type ReadData = Readonly<Record<string, Column>> | Dataset<ReadExample> | Dataset<Row>;

/** Forge's own formats whose files have raw rows. */
export type RowFormat = 'csv' | 'jsonLines' | 'textLines';

/** Opens a dataset by its format. A relative path is resolved against Forge's working folder. */
export type OpenDataset = (
  format: string,
  path: string | URL,
  options?: Readonly<Record<string, unknown>>,
) => Promise<Pipeline<ReadExample>>;

/** Opens the datasets of a config's `load`. */
export interface DatasetOpener {
  readonly open: OpenDataset;
  /** The absolute path of a file or folder; a URL that names no file is returned unchanged. */
  locate(path: string | URL): string;
  warn(message: string): void;
}
