/** Starts processes of Forge: on this machine, or on others. `forge train --launcher NAME` starts its run with one. */
export interface Launcher {
  launch(request: LaunchRequest): Launched | Promise<Launched>;
}

export interface LaunchRequest {
  /** What a list of jobs may call it. */
  readonly name: string;
  /** The program and its arguments. It takes SIGTERM as the wish to end in order. */
  readonly command: readonly [program: string, ...words: string[]];
  /** The folder to start it in, absolute. */
  readonly directory: string;
  /** Environment variables, beside those that the launcher's processes have anyway. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes what it writes, as it comes or, where that cannot be had, all at the end. */
  output(bytes: Uint8Array, stream: 'stdout' | 'stderr'): void;
}

/** What was started. */
export interface Launched {
  /** What the launcher calls it: a process, a job's number. */
  readonly id: string;
  /**
   * Resolves once it has ended and all its output was handed over.
   * @returns its exit status, as a shell gives it: 128 and the signal's number where a signal ended it
   */
  wait(): Promise<number>;
  /** Asks it to end in order, as SIGTERM does: a run saves a checkpoint first. Asked again, it ends at once. */
  cancel(): void | Promise<void>;
}
