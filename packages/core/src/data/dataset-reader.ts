import type { Batch } from '../tensor/tensor-data.js';
import type { Column } from './arrays.js';
import type { Dataset } from './dataset.js';
import type { Pipeline } from './pipeline.js';

/** Reads files of one format into a dataset. `Forge.openDataset(format, path, options)` opens one. */
export interface DatasetReader {
  /** One line, a sentence: what it reads. */
  readonly description: string;
  /**
   * @returns arrays by name, whose first dimension counts examples; or, where they should not all be in memory, a
   * dataset of examples that reads as it goes
   * @throws ForgeError DATA_INVALID or DATA_UNAVAILABLE, naming the file
   */
  open(request: ReadRequest): ReadData | Promise<ReadData>;
}

export interface ReadRequest {
  /** A file or folder, absolute; or an address such as `s3://bucket/key`, as it was given. */
  readonly path: string;
  /** As they were given: it is the reader that knows them, and refuses what it does not. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Named arrays without a batch dimension: one example. */
export type ReadExample<N extends string = string> = { readonly [Name in N]: Batch[string] };

export type ReadData = Readonly<Record<string, Column>> | Dataset<ReadExample>;

/** Opens a dataset by its format; a relative path starts from the folder that Forge is used from. */
export type OpenDataset = (
  format: string,
  path: string | URL,
  options?: Readonly<Record<string, unknown>>,
) => Promise<Pipeline<ReadExample>>;
