import { availableParallelism } from 'node:os';
import { ForgeError } from '@forge-ml/core/plugin';

/** More than this gains little for the models one trains in Node, and starves what else the machine does. */
const most = 8;

/**
 * How many threads an operator is split over: `FORGE_ONNX_THREADS`, or as many as the machine has cores, up to 8.
 * The number changes the order of sums and so their last bits: resuming exactly needs the same one.
 */
export function threadCount(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const asked = environment.FORGE_ONNX_THREADS;
  if (asked === undefined || asked === '') return Math.min(availableParallelism(), most);
  const count = Number(asked);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new ForgeError('ENGINE_UNUSABLE', `FORGE_ONNX_THREADS is a whole number from 1, not "${asked}".`, {
    about: 'FORGE_ONNX_THREADS',
    hint: 'Set it to a number such as 4, or unset it.',
  });
}
