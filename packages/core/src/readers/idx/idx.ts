import type { DatasetReader, ReadExample } from '../../data/pipeline/dataset-reader.js';
import type { Pipeline } from '../../data/pipeline/pipeline.js';
import { checkOptions } from '../../errors/check-options.js';
import { type ArrayFiles, arraysFunction } from '../arrays/arrays-function.js';
import { nameOption } from '../arrays/name-option.js';
import { readIdx } from './read-idx.js';

export interface IdxOptions {
  /** The name of the array. Default: `x`. */
  readonly name?: string;
}

/** Reads idx files, the format of MNIST, plain or gzipped. */
export const idxReader: DatasetReader = {
  description: 'The array of an idx file, the format of MNIST, examples first.',
  async open({ path, options }) {
    checkNames(options);
    return { [nameOption(options.name, 'idx(file, options)')]: await readIdx(path) };
  },
};

function checkNames(options: object | undefined): void {
  checkOptions(options, ['name'], { of: 'idx(file, options)' });
}

const open = arraysFunction('idx', idxReader, readIdx, checkNames);

/**
 * Arrays of idx files, plain or gzipped: `idx({ images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' })`,
 * or one file and its `name`. Example i is row i of each.
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM. When the dataset is opened or read
 */
export function idx<N extends string = string>(files: ArrayFiles<N>, options?: IdxOptions): Pipeline<ReadExample<N>> {
  return open(files, options as Readonly<Record<string, unknown>> | undefined);
}
