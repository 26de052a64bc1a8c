import type { Dataset } from '../../data/dataset.js';
import { type Column, fromArrays } from '../../data/pipeline/arrays.js';
import type { DatasetReader, ReadExample } from '../../data/pipeline/dataset-reader.js';
import { Pipeline } from '../../data/pipeline/pipeline.js';
import { checkOptions, type NoOptions } from '../../errors/check-options.js';
import type { TensorData } from '../../tensor/tensor-data.js';
import { datasetOf, prepareReading } from '../reader-function.js';

/** A file, or files by the names of their arrays. */
export type ArrayFiles<N extends string> = string | URL | Readonly<Record<N, string | URL>>;

/**
 * The function of a format whose files hold arrays: for one file, as `readerFunction`; or for files by name, each with
 * one array.
 * @param readArray the array of a file; throws ForgeError
 * @param checkNames refuses unknown options of one file where the function is called
 */
export function arraysFunction(
  format: string,
  reader: DatasetReader,
  readArray: (path: string) => Promise<TensorData>,
  checkNames: (options: object | undefined) => void,
) {
  return <N extends string>(
    files: ArrayFiles<N>,
    options?: Readonly<Record<string, unknown>>,
  ): Pipeline<ReadExample<N>> => {
    if (typeof files === 'string' || files instanceof URL) {
      checkNames(options);
      const open = prepareReading(format, reader, files, options);
      const source = { format, options: { ...options } };
      return Pipeline.lazy(async () => datasetOf(await open()) as Dataset<ReadExample<N>>, source);
    }
    checkOptions(options as NoOptions | undefined, [], { of: `${format}({ name: file })` });
    const each = Object.entries<string | URL>(files).map(([name, file]) => {
      const one = {
        description: format,
        open: async ({ path }: { path: string }) => ({ [name]: await readArray(path) }),
      };
      return prepareReading(format, one, file, undefined);
    });
    return Pipeline.lazy(async () => {
      const arrays: Record<string, Column> = {};
      for (const open of each) Object.assign(arrays, await open());
      return fromArrays(arrays as Record<N, Column>);
    });
  };
}
