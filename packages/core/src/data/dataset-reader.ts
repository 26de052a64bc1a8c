import type { Column } from './arrays.js';
import type { Dataset, Example } from './dataset.js';

/** Reads files of one format into a dataset. `Forge.openDataset(format, path, options)` opens one. */
export interface DatasetReader {
  /** One line, a sentence: what it reads. */
  readonly description: string;
  /**
   * @returns arrays by name, whose first dimension counts examples; or, where they should not all be in memory, a
   * dataset that reads as it goes
   * @throws ForgeError DATA_INVALID or DATA_UNAVAILABLE, naming the file
   */
  open(request: ReadRequest): Opened | Promise<Opened>;
}

export interface ReadRequest {
  /** Absolute. */
  readonly path: string;
  /** As they were given; to be checked by the reader. */
  readonly options: Readonly<Record<string, unknown>>;
}

export type Opened = Readonly<Record<string, Column>> | Dataset<Example>;
