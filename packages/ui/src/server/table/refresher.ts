import type { RunId } from '../../protocol/overview.js';
import type { ShownRuns } from './shown-runs.js';

/** How old the table may be, ms. */
const maxAge = 1_000;

/** Finds changed runs: when a page asks for the table, and every second while one follows it. */
export class Refresher {
  private refreshed = performance.now();
  private readonly listeners = new Set<(changed: ReadonlySet<RunId>) => void>();

  constructor(private readonly shown: ShownRuns) {}

  /** @param listener called with the runs that have changed */
  onChange(listener: (changed: ReadonlySet<RunId>) => void): void {
    this.listeners.add(listener);
  }

  /** Does nothing if that was done less than a second ago. A folder that cannot be listed now keeps the runs that it had. */
  async refresh(): Promise<void> {
    if (performance.now() - this.refreshed < maxAge) return;
    this.refreshed = performance.now();
    const changed = await Promise.all(
      this.shown.folders.map(async ({ name, catalog }) => {
        const runs = await catalog.refresh().catch(() => []);
        return runs.map(({ experiment, number }) => `${name}/${experiment}/${number}`);
      }),
    );
    this.tell(new Set(changed.flat()));
  }

  /** Reads runs again that this server has changed. */
  async reread(ids: readonly RunId[]): Promise<void> {
    for (const id of ids) {
      const [name, experiment, number] = id.split('/');
      const folder = this.shown.folders.find((shown) => shown.name === name);
      await folder?.catalog.reread(experiment!, Number(number));
    }
    this.tell(new Set(ids));
  }

  private tell(changed: ReadonlySet<RunId>): void {
    if (changed.size > 0) for (const listener of this.listeners) listener(changed);
  }
}
