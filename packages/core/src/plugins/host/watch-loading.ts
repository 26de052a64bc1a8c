import { Worker } from 'node:worker_threads';
import { printableText } from '../../text/printable.js';

/** Runs in its own thread, because the watched thread may be blocked. */
const watch = `
const { writeSync } = require('node:fs');
const { workerData: { label, limit } } = require('node:worker_threads');
const text = 'Warning: Loading ' + label + ' has blocked this process for ' + limit / 1000 + ' s. Press Ctrl-C to stop.\\n';
setTimeout(() => writeSync(2, text), limit);
`;

/**
 * Prints on stderr which plugin blocks the process while it loads, for example by an endless loop, which cannot be
 * interrupted.
 * @param limit time until the message, ms
 * @returns a function that stops watching
 */
export function watchLoading(label: string, limit: number): () => void {
  let worker: Worker;
  try {
    worker = new Worker(watch, { eval: true, workerData: { label: printableText(label), limit }, execArgv: [] });
  } catch {
    // Without worker threads, the plugin is loaded unwatched.
    return () => undefined;
  }
  worker.on('error', () => undefined);
  worker.unref();
  return () => void worker.terminate();
}
