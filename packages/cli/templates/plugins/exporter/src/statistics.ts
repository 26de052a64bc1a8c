import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensorFile } from '@forge-ml/core/node';
import { type Exporter, elements, type TensorData } from '@forge-ml/core/plugin';

/** What is written for each parameter. */
export interface Statistics {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly mean: number;
  /** The standard deviation. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Writes statistics of the parameters, by name. Replace this with your format. */
export const statisticsExporter: Exporter = {
  description: 'Mean, deviation and range of each parameter, as JSON.',
  /** Called after the checkpoint's checksums were verified. `out` does not exist, but its folder does. */
  async export({ checkpointFolder, out }) {
    const parameters = await readTensorFile(join(checkpointFolder, 'parameters.safetensors'));
    const all = Object.fromEntries(Array.from(parameters, ([name, tensor]) => [name, statisticsOf(tensor)]));
    await writeFile(out, `${JSON.stringify(all, null, 2)}\n`);
  },
};

/** The elements of 16-bit floats are raw bits: convert those first, with `fromFloat16` or `fromBfloat16`. */
export function statisticsOf(tensor: TensorData): Statistics {
  const numbers = Array.from(elements(tensor), Number);
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  const min = numbers.reduce((low, number) => Math.min(low, number), Number.POSITIVE_INFINITY);
  const max = numbers.reduce((high, number) => Math.max(high, number), Number.NEGATIVE_INFINITY);
  return { dtype: tensor.dtype, shape: tensor.shape, mean, deviation: Math.sqrt(variance), min, max };
}
