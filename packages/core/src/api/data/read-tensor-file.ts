import { noteFileRead } from '../../config/loader/note-file-read.js';
import type { NamedTensors } from '../../tensor/tensor-data.js';
import { readTensorFile as read } from '../../tensor/tensor-file.js';

/**
 * Reads a safetensors file. In the `load` of a config, the run records that it needs the file.
 * @throws ForgeError DATA_INVALID saying what is wrong with it; FILE_SYSTEM
 */
export async function readTensorFile(path: string): Promise<NamedTensors> {
  const tensors = await read(path);
  noteFileRead(path, 'readTensorFile');
  return tensors;
}
