/** Passes events on to those who listen now. */
export class Announcer<Event> {
  private readonly listeners = new Set<(event: Event) => void>();

  announce(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  /** @returns stops it */
  listen(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
