/** Runs work in the background, one task at a time. The first error is kept for later calls. */
export class BackgroundTask {
  #current: Promise<void> = Promise.resolve();
  #busy = false;
  #failure: { readonly cause: unknown } | undefined;

  get busy(): boolean {
    return this.#busy;
  }

  /** Starts a task; the previous one must be done. */
  start(work: () => Promise<void>): void {
    if (this.#busy) throw new Error('A background task is already running.');
    this.#busy = true;
    this.#current = work()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#busy = false;
      });
  }

  /** Waits for the running task, whether it succeeds or fails. */
  async settled(): Promise<void> {
    await this.#current;
  }

  /** The first error of a task. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** @throws the first error of a task, on every call */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
