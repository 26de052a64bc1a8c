import { signal } from '@preact/signals';
import type { RunId } from '../../../protocol/overview.js';
import type { Sparkline } from '../../../protocol/sparklines.js';
import type { TableRow } from '../../../protocol/table.js';
import type { Source } from '../../source/source.js';

/** The most runs of one request. */
const most = 100;
/** Curves are asked for when scrolling has stopped, ms. */
const patience = 60;

type Run = Pick<TableRow, 'id' | 'status' | 'step'>;

/** The small curves of the runs on screen. Those of runs that train are renewed. */
export class TrendData {
  /** Changes when curves have been loaded. */
  readonly changes = signal(0);
  #metric = '';
  readonly #lines = new Map<RunId, { readonly stamp: string; readonly line: Sparkline | undefined }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loading: AbortController | undefined;

  constructor(private readonly source: Source) {}

  of(run: RunId): Sparkline | undefined {
    return this.#lines.get(run)?.line;
  }

  /** Wants the curves of runs on screen. */
  show(metric: string, runs: readonly Run[]): void {
    if (metric !== this.#metric) {
      this.#metric = metric;
      this.#lines.clear();
    }
    clearTimeout(this.#timer);
    const missing = runs.filter((run) => this.#lines.get(run.id)?.stamp !== stampOf(run));
    if (missing.length > 0) this.#timer = setTimeout(() => void this.#load(metric, missing.slice(0, most)), patience);
  }

  async #load(metric: string, runs: readonly Run[]): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const ids = runs.map(({ id }) => id);
      const { lines } = await this.source.sparklines(ids, metric, loading.signal);
      if (loading.signal.aborted || metric !== this.#metric) return;
      for (const [at, run] of runs.entries()) {
        this.#lines.set(run.id, { stamp: stampOf(run), line: lines[at] ?? undefined });
      }
      this.changes.value++;
    } catch {
      // A list without small curves is still a list.
    }
  }
}

/** A run that has trained further has another curve. */
function stampOf({ status, step }: Run): string {
  return `${status} ${step}`;
}
