import { readTensorFile } from '../checkpoint/tensor-file.js';
import type { DatasetReader } from './dataset-reader.js';

/** Reads what `writeTensorFile` writes, and the libraries of other languages. */
export const safetensorsReader: DatasetReader = {
  description: 'The arrays of a safetensors file by their names, examples first.',
  open: async ({ path }) => Object.fromEntries(await readTensorFile(path)),
};
