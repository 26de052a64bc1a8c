import { Worker } from 'node:worker_threads';
import { printableText } from '../../text/printable.js';

/** Runs in a thread of its own: the one it watches may never come to look at a clock again. */
const watch = `
const { writeSync } = require('node:fs');
const { workerData: { label, limit } } = require('node:worker_threads');
const text = 'Warning: ' + label + ' blocks this process as it is loaded, for ' + limit / 1000 + ' s so far. Ctrl-C ends it.\\n';
setTimeout(() => writeSync(2, text), limit);
`;

/**
 * Says on stderr which plugin it is that keeps the process from doing anything else, such as by a loop without an end:
 * nothing here could interrupt it.
 * @param limit how long it may, ms
 * @returns ends the watch
 */
export function watchLoading(label: string, limit: number): () => void {
  let worker: Worker;
  try {
    worker = new Worker(watch, { eval: true, workerData: { label: printableText(label), limit }, execArgv: [] });
  } catch {
    // Where no threads are to be had, a plugin is loaded all the same.
    return () => undefined;
  }
  worker.on('error', () => undefined);
  worker.unref();
  return () => void worker.terminate();
}
