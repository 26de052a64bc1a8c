import { type Control, Word } from './control.js';

/** Runs chunks that no other thread has until there are none. */
export function runChunks({ words, results }: Control, chunks: number, run: (chunk: number) => number): void {
  for (let chunk = take(words); chunk < chunks; chunk = take(words)) results[chunk] = run(chunk);
}

const take = (words: Int32Array) => Atomics.add(words, Word.chunk, 1);
