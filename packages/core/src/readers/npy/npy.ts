import type { DatasetReader, ReadExample } from '../../data/pipeline/dataset-reader.js';
import type { Pipeline } from '../../data/pipeline/pipeline.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type ArrayFiles, arraysFunction } from '../arrays/arrays-function.js';
import { nameOption } from '../arrays/name-option.js';
import { checkFlag } from '../bad-rows.js';
import { openNpyStream } from './npy-stream.js';
import { readNpy } from './read-npy.js';
import { readNpz } from './read-npz.js';

export interface NpyOptions {
  /** The name of the array of a npy file. Default: `x`. */
  readonly name?: string;
  /** Reads only these arrays of a npz file. Default: all. */
  readonly arrays?: readonly string[];
  /** Reads a npy file in order and with bounded memory instead of into memory. Default: false. */
  readonly stream?: boolean;
}

const of = 'npy(file, options)';

/** Reads NumPy's files: npy (one array) and npz (arrays by name), examples first. */
export const npyReader: DatasetReader = {
  description: 'The array of a npy file, or the arrays of a npz file by their names, examples first.',
  async open({ path, options }) {
    checkNames(options);
    const { arrays } = options;
    const stream = checkFlag(options.stream, 'stream', of);
    if (/\.npz$/i.test(path)) {
      if (stream || options.name !== undefined) throw wrong(stream ? 'stream' : 'name', 'for npy files');
      if (arrays !== undefined && !Array.isArray(arrays)) throw wrong('arrays', 'a list of names');
      return readNpz(path, arrays);
    }
    if (arrays !== undefined) throw wrong('arrays', 'for npz files');
    const name = nameOption(options.name, of);
    return stream ? openNpyStream(path, name) : { [name]: await readNpy(path) };
  },
};

function wrong(option: string, expected: string): ForgeError {
  return new ForgeError('OPTION_UNKNOWN', `${option} of ${of} must be ${expected}.`, { about: option });
}

function checkNames(options: object | undefined): void {
  checkOptions(options, ['name', 'arrays', 'stream'], { of, synonyms: { keys: 'arrays', names: 'arrays' } });
}

const open = arraysFunction('npy', npyReader, readNpy, checkNames);

/**
 * Arrays of NumPy: `npy('data.npz')`, by the names in the file; `npy('x.npy', { name: 'x' })`; or
 * `npy({ x: 'x.npy', y: 'y.npy' })`. Example i is row i of each.
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM. When the dataset is opened or read
 */
export function npy<N extends string = string>(files: ArrayFiles<N>, options?: NpyOptions): Pipeline<ReadExample<N>> {
  return open(files, options as Readonly<Record<string, unknown>> | undefined);
}
