import { availableParallelism } from 'node:os';
import { ForgeError } from '@forge-ml/core/plugin';

/** More gains little for models trained in Node, and slows down the rest of the machine. */
const maxThreads = 8;

/**
 * How many threads an operator is split over: `FORGE_ONNX_THREADS`, or as many as the machine has cores, up to 8.
 * The number changes the order of sums and so their last bits: resuming exactly needs the same one.
 */
export function threadCount(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const setting = environment.FORGE_ONNX_THREADS;
  if (setting === undefined || setting === '') return Math.min(availableParallelism(), maxThreads);
  const count = Number(setting);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new ForgeError('ENGINE_UNUSABLE', `FORGE_ONNX_THREADS is a whole number from 1, not "${setting}".`, {
    about: 'FORGE_ONNX_THREADS',
    hint: 'Set it to a number such as 4, or unset it.',
  });
}
