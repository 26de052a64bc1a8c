import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { checkPlace, checkUpdate } from './check-call.js';
import { kernelCall } from './kernel-call.js';
import { instantiate } from './kernel-module.js';
import type { Kernels } from './kernels.js';
import { openKernels } from './open-kernels.js';
import { createControl, maxChunks, Word } from './pool/control.js';
import { shareWork } from './pool/share-work.js';
import { chunkRunner, chunksOf, type Work, writeWork } from './pool/work.js';
import type { WorkerData } from './pool/worker.js';
import { partSize } from './sum-of-parts.js';
import type { WasmMemory } from './web-assembly.js';

/** Kernels that share large calls between threads. Not for several callers at once. */
export interface KernelPool extends Kernels {
  /** Ends the threads. */
  end(): Promise<void>;
}

/**
 * Elements from which on threads share a call: Adam on two threads is slower than on one with 131,072, and 1.4 times as fast
 * with a million.
 */
export const sharedFrom = 524_288;

export interface KernelPoolOptions {
  /** Calls of fewer elements are done by the caller alone. Default: `sharedFrom`. */
  readonly minimum?: number;
}

/** Elements of a chunk: long enough that taking one costs nothing, short enough that threads end together. */
const chunkSize = 32_768;

/**
 * Kernels over a shared memory by `threads` threads, the caller's among them. The result has the same bits for any number
 * of threads. The calls return when all of their work is done; they need a thread that may block, as all of Node's may.
 * The threads sleep between calls, and do not keep the process alive.
 * @throws TypeError if the memory is not shared; the error of a thread that cannot start
 */
export async function openKernelPool(
  memory: WasmMemory,
  threads: number,
  { minimum = sharedFrom }: KernelPoolOptions = {},
): Promise<KernelPool> {
  if (memory.buffer instanceof ArrayBuffer) throw new TypeError('Threads need a shared memory.');
  if (!Number.isSafeInteger(threads) || threads < 1) throw new RangeError(`${threads} is not a number of threads.`);
  const alone = openKernels(memory);
  const functions = instantiate(memory);
  const control = createControl();
  const workers = await startWorkers(threads - 1, { memory, control: control.words.buffer });
  const bytes = () => memory.buffer.byteLength;
  const isShared = (count: number) => {
    if (Atomics.load(control.words, Word.open) === -1) throw new Error('The kernel pool has ended.');
    return workers.length > 0 && count >= minimum;
  };
  let number = 0;

  /** @returns what each chunk returned */
  const share = (work: Omit<Work, 'chunkSize'>, size = chunkSize): Float64Array => {
    // Numbers of 31 bits, from 1 again after the last.
    number = (number % 0x7fffffff) + 1;
    const chunked = { ...work, chunkSize: Math.max(size, Math.ceil(work.count / maxChunks / 4) * 4) };
    writeWork(control.work, chunked, functions);
    const chunks = chunksOf(chunked);
    shareWork(control, number, chunks, chunkRunner(chunked, functions));
    return control.results.subarray(0, chunks);
  };

  return {
    update(call) {
      if (!isShared(call.count)) return alone.update(call);
      checkUpdate(call, bytes());
      share({ ...kernelCall(call), count: call.count });
    },
    accumulate(sum, gradient, count) {
      if (!isShared(count)) return alone.accumulate(sum, gradient, count);
      checkPlace('accumulate: sum', sum, count, bytes());
      checkPlace('accumulate: gradient', gradient, count, bytes());
      share({ name: 'accumulate', count, places: [sum, gradient], scalars: [] });
    },
    sumOfSquares(gradient, count, limits = {}) {
      if (!isShared(count)) return alone.sumOfSquares(gradient, count, limits);
      checkPlace('sum of squares: gradient', gradient, count, bytes());
      const scalars = [limits.gradientScale ?? 1, limits.clipValue ?? Number.POSITIVE_INFINITY];
      let sum = 0;
      for (let start = 0; start < count; start += maxChunks * partSize) {
        const size = Math.min(maxChunks * partSize, count - start);
        const work = { name: 'sumOfSquares', count: size, places: [gradient + 4 * start], scalars };
        for (const part of share(work, partSize)) sum += part;
      }
      return sum;
    },
    async end() {
      Atomics.store(control.words, Word.open, -1);
      Atomics.notify(control.words, Word.open);
      const running = workers.filter(({ threadId }) => threadId !== -1);
      for (const worker of running) worker.ref();
      await Promise.all(running.map((worker) => once(worker, 'exit')));
    },
  };
}

/** Starts threads, and waits until they are ready. */
async function startWorkers(count: number, workerData: WorkerData): Promise<Worker[]> {
  const url = new URL('pool/worker.js', import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(url, { workerData, execArgv: [], name: 'kernels' }));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
  for (const worker of workers) worker.unref();
  return workers;
}
