import { join } from 'node:path';
import { parametersName } from '../../checkpoint/store/checkpoint-files.js';
import { findCheckpointFolder } from '../../checkpoint/store/checkpoint-folders.js';
import { readSafetensorsHeader } from '../../tensor/safetensors.js';
import { type DType, sizeOf } from '../../tensor/tensor-data.js';

export interface ParameterShape {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** How many numbers it has. */
  readonly count: number;
}

/**
 * The parameters of a checkpoint, from the header of its safetensors file: no tensor is read.
 * @param run its folder
 * @returns none if there is no such checkpoint
 * @throws ForgeError CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function parameterShapes(run: string, step: number): Promise<ParameterShape[]> {
  const folder = await findCheckpointFolder(join(run, 'checkpoints'), step);
  if (folder === undefined) return [];
  const { tensors } = await readSafetensorsHeader(join(folder, parametersName));
  return [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape, count: sizeOf(shape) }));
}
