/** Starts Forge processes, on this machine or others. `forge train --launcher NAME` starts its run with one. */
export interface Launcher {
  launch(request: LaunchRequest): Launched | Promise<Launched>;
}

export interface LaunchRequest {
  /** A name for lists of jobs. */
  readonly name: string;
  /** The program and its arguments. The program stops gracefully on SIGTERM. */
  readonly command: readonly [program: string, ...words: string[]];
  /** The folder to start it in, absolute. */
  readonly directory: string;
  /** Environment variables, in addition to those that the launcher's processes have anyway. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives the process's output: as it is written or, if that is impossible, all at the end. */
  output(bytes: Uint8Array, stream: 'stdout' | 'stderr'): void;
}

/** A launched process. */
export interface Launched {
  /** The launcher's name for it: a process or a job number. */
  readonly id: string;
  /**
   * Resolves once the process has ended and all its output was passed on.
   * @returns its exit status as in a shell: 128 plus the signal's number if a signal ended it
   */
  wait(): Promise<number>;
  /** Requests a graceful stop, as SIGTERM does: a run saves a checkpoint first. The second call ends it immediately. */
  cancel(): void | Promise<void>;
}
