import { threadLimit, threadsOf } from '@forge-ml/core/node';

/** More gains little for models trained in Node, and slows down the rest of the machine. */
const maxThreads = 8;

/**
 * How many threads an operator is split over: `FORGE_ONNX_THREADS`, or `FORGE_THREADS` or else the number of cores, up
 * to 8. The number changes the order of sums and so their last bits: resuming exactly needs the same one.
 */
export function threadCount(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  return threadsOf('FORGE_ONNX_THREADS', environment) ?? Math.min(threadLimit(environment), maxThreads);
}
