import { noteFileRead } from '../../config/loader/note-file-read.js';
import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { checkOptions } from '../../errors/check-options.js';
import { readTensorFile } from '../../tensor/tensor-file.js';

/** Reads safetensors files, of `writeTensorFile` or any other library. */
export const safetensorsReader: DatasetReader = {
  description: 'The arrays of a safetensors file by their names, examples first.',
  async open({ path, options }) {
    checkOptions(options, [], { of: 'The reader safetensors' });
    const tensors = await readTensorFile(path);
    noteFileRead(path, 'readTensorFile');
    return Object.fromEntries(tensors);
  },
};
