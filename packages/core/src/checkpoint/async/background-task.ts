/** Work that goes on behind its caller, one piece at a time. What it fails with is kept for who asks next. */
export class BackgroundTask {
  #current: Promise<void> = Promise.resolve();
  #busy = false;
  #failure: { readonly cause: unknown } | undefined;

  get busy(): boolean {
    return this.#busy;
  }

  /** Begins a piece of work; the one before must be done. */
  start(work: () => Promise<void>): void {
    if (this.#busy) throw new Error('One piece of work at a time.');
    this.#busy = true;
    this.#current = work()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#busy = false;
      });
  }

  /** Waits for the work that is going on, however it ends. */
  async rest(): Promise<void> {
    await this.#current;
  }

  /** What a piece of work has failed with. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** @throws whatever a piece of work has failed with, from then on every time */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
