import { readTensorFile } from '../checkpoint/tensor-file.js';
import { checkOptions } from '../config/check-options.js';
import type { DatasetReader } from './dataset-reader.js';

/** Reads what `writeTensorFile` writes, and the libraries of other languages. */
export const safetensorsReader: DatasetReader = {
  description: 'The arrays of a safetensors file by their names, examples first.',
  async open({ path, options }) {
    checkOptions(options, [], { of: 'The reader safetensors' });
    return Object.fromEntries(await readTensorFile(path));
  },
};
