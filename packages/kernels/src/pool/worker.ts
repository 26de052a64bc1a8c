import { parentPort, workerData } from 'node:worker_threads';
import { instantiate } from '../kernel-module.js';
import type { WasmMemory } from '../web-assembly.js';
import { type Control, viewControl, Word } from './control.js';
import { runChunks } from './run-chunks.js';
import { chunkRunner, chunksOf, readWork } from './work.js';

export interface WorkerData {
  readonly memory: WasmMemory;
  readonly control: SharedArrayBuffer;
}

const { memory, control: buffer } = workerData as WorkerData;
const control = viewControl(buffer);
const functions = instantiate(memory);
parentPort!.postMessage('ready');

const { words } = control;
for (let seen = 0; ; ) {
  Atomics.wait(words, Word.open, seen);
  seen = Atomics.load(words, Word.open);
  if (seen === -1) break;
  if (seen !== 0) help(seen);
}

/** Helps with the open work, if it is still the one with this number. */
function help(number: number): void {
  // The caller closes a work before it looks for active threads: one of the two sees the other.
  Atomics.add(words, Word.active, 1);
  try {
    if (Atomics.load(words, Word.open) !== number) return;
    const work = readWork(control.work, functions);
    runChunks(control, chunksOf(work), chunkRunner(work, functions));
  } catch (error) {
    report(control, error);
  } finally {
    if (Atomics.sub(words, Word.active, 1) === 1) Atomics.notify(words, Word.active);
  }
}

/** The first error of a work is the one that the caller throws. */
function report({ message }: Control, error: unknown): void {
  const text = String(error).slice(0, message.length);
  if (Atomics.compareExchange(words, Word.error, 0, text.length) !== 0) return;
  for (let at = 0; at < text.length; at++) message[at] = text.charCodeAt(at);
}
