import { type Control, Word } from './control.js';
import { runChunks } from './run-chunks.js';

/**
 * Does a work together with the threads that wait for one, and returns when all of it is done.
 * @throws the first error of a thread
 */
export function shareWork(control: Control, number: number, chunks: number, run: (chunk: number) => number): void {
  const { words } = control;
  Atomics.store(words, Word.chunk, 0);
  Atomics.store(words, Word.error, 0);
  Atomics.store(words, Word.open, number);
  Atomics.notify(words, Word.open);
  try {
    runChunks(control, chunks, run);
  } finally {
    Atomics.store(words, Word.open, 0);
    for (let active = Atomics.load(words, Word.active); active !== 0; active = Atomics.load(words, Word.active)) {
      Atomics.wait(words, Word.active, active);
    }
  }
  const length = Atomics.load(words, Word.error);
  if (length !== 0) throw new Error(String.fromCharCode(...control.message.subarray(0, length)));
}
