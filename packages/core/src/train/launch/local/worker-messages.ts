/** What the pool sends to `forge job --worker`: a job to do, or that one is to stop in order. */
export type ToWorker =
  | { readonly id: string; readonly file: string; readonly index: number }
  | { readonly cancel: string };

/** Its answer at the end of a job. */
export interface FromWorker {
  readonly id: string;
  /** The exit status that the job would have had as a process of its own. */
  readonly status: number;
  /** The job's result, where it could be read. */
  readonly result?: unknown;
  /** Why it was not done. */
  readonly error?: { readonly code: string | null; readonly message: string };
}

/** The command of a worker for jobs that are started with this one; undefined where they are not `… job FILE`. */
export function workerOf(
  command: readonly string[],
): { readonly words: readonly string[]; readonly file: string } | undefined {
  const file = command.at(-1)!;
  return command.length > 2 && command.at(-2) === 'job'
    ? { words: [...command.slice(0, -1), '--worker'], file }
    : undefined;
}
