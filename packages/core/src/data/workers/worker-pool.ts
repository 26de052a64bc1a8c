import { ForgeError } from '../../errors/forge-error.js';
import { WorkerChannel } from '../../worker/worker-channel.js';
import type { MapAnswer, MapRequest, MapResult, MapWorkerOptions } from './map-protocol.js';
import type { Packed } from './pack.js';
import { receivedError } from './sent-error.js';

/** Elements that a thread has at once: the next is there when it has finished one. */
const mostInFlight = 2;

interface Thread {
  readonly channel: WorkerChannel<MapRequest, MapAnswer>;
  inFlight: number;
}

/** A call that waits for a free thread. */
interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** Threads that convert elements. Each starts when the others are busy, and none keeps the process alive. */
export class WorkerPool {
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];

  /** @param options what a thread starts with, as it is when it starts */
  constructor(
    private readonly most: number,
    private readonly options: () => MapWorkerOptions,
  ) {}

  /**
   * Converts one element.
   * @throws what the function throws; ForgeError DATA_INVALID if the thread has ended
   */
  async call(request: Omit<MapRequest, 'element'>, { value, memory }: Packed): Promise<MapResult> {
    let thread = this.#freeThread();
    while (thread === undefined) {
      await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
      thread = this.#freeThread();
    }
    thread.inFlight++;
    try {
      const answer = await thread.channel.ask({ ...request, element: value }, memory);
      if ('error' in answer) throw receivedError(answer.error);
      return answer;
    } finally {
      thread.inFlight--;
      this.#waiting.shift()?.resolve();
    }
  }

  /** Ends the threads; pending calls fail, and a later call starts new threads. */
  async close(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    if (threads.length > 0) this.#refuseWaiting(ended(this.options().path, new Error('it was closed')));
    await Promise.all(threads.map(({ channel }) => channel.terminate()));
  }

  /** Starting another thread for each would take long, and most likely end in the same way. */
  #refuseWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #freeThread(): Thread | undefined {
    const [least] = [...this.#threads].sort((a, b) => a.inFlight - b.inFlight);
    if (least?.inFlight === 0) return least;
    if (this.#threads.size < this.most) return this.#start();
    return least !== undefined && least.inFlight < mostInFlight ? least : undefined;
  }

  #start(): Thread {
    const options = this.options();
    const channel = new WorkerChannel<MapRequest, MapAnswer>(new URL('./map-worker.js', import.meta.url), {
      workerData: options,
      failure: (cause) => {
        this.#threads.delete(thread);
        void channel.terminate();
        const error = ended(options.path, cause);
        this.#refuseWaiting(error);
        return error;
      },
    });
    const thread: Thread = { channel, inFlight: 0 };
    this.#threads.add(thread);
    return thread;
  }
}

function ended(path: string, cause: Error & { readonly code?: unknown }): ForgeError {
  const outOfMemory = cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const how = outOfMemory ? 'it ran out of memory' : cause.message.replace(/\.$/, '');
  return new ForgeError('DATA_INVALID', `A worker thread of ${path} has ended: ${how}.`, {
    about: path,
    hint: outOfMemory
      ? 'Use fewer workers or smaller elements, or give Node more memory: NODE_OPTIONS=--max-old-space-size=8192.'
      : 'Its function must return a value or throw an error, and must not end the process.',
    cause,
  });
}
