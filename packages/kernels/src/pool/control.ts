/** What the threads of a pool share, besides the memory of the caller. */
export interface Control {
  /** Counters by `Word`. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** The work, as `writeWork` writes it. */
  readonly work: Float64Array<SharedArrayBuffer>;
  /** What each chunk returned. */
  readonly results: Float64Array<SharedArrayBuffer>;
  /** The message of the first error of a thread, in UTF-16. */
  readonly message: Uint16Array<SharedArrayBuffer>;
}

export const Word = {
  /** The number of the work that is open, 0 if none is, -1 at the end of the pool. Threads wait for it. */
  open: 0,
  /** Threads that may be in the open work. The caller waits until none is. */
  active: 1,
  /** The next chunk that no thread has. */
  chunk: 2,
  /** The length of the message of an error. */
  error: 3,
} as const;

/** Chunks of one work at most. */
export const maxChunks = 4096;

const bytes = { words: 64, work: 512, results: 8 * maxChunks, message: 2048 };

export function createControl(): Control {
  return viewControl(new SharedArrayBuffer(bytes.words + bytes.work + bytes.results + bytes.message));
}

/** The same control in another thread. */
export function viewControl(buffer: SharedArrayBuffer): Control {
  const work = bytes.words;
  const results = work + bytes.work;
  const message = results + bytes.results;
  return {
    words: new Int32Array(buffer, 0, bytes.words / 4),
    work: new Float64Array(buffer, work, bytes.work / 8),
    results: new Float64Array(buffer, results, bytes.results / 8),
    message: new Uint16Array(buffer, message, bytes.message / 2),
  };
}
