import type { ShownRuns } from './shown-runs.js';

/** How old the table may be, ms. */
const maxAge = 1_000;

/** Finds changed runs: when a page asks for the table, and every second while one follows it. */
export class Refresher {
  private refreshed = performance.now();

  constructor(private readonly shown: ShownRuns) {}

  /** Does nothing if that was done less than a second ago. */
  async refresh(): Promise<void> {
    if (performance.now() - this.refreshed < maxAge) return;
    this.refreshed = performance.now();
    await Promise.all(this.shown.folders.map(({ catalog }) => catalog.refresh()));
  }
}
