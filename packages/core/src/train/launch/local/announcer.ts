/** Announces changes to one who waits, also those since the last wait. */
export class Announcer {
  #changed = false;
  #wake: (() => void) | undefined;

  announce(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves at the next change, and once the signal is aborted. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', this.#wake);
      });
      signal.removeEventListener('abort', this.#wake!);
    }
    this.#changed = false;
  }
}
