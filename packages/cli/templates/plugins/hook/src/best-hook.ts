import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricRecord, RunHooks } from '@forge-ml/core/plugin';

/** The lowest value of a metric, and the step it was reported at. */
interface Best {
  readonly metric: string;
  readonly step: number;
  readonly value: number;
}

/** Writes the best value of a metric to `best.json`. Replace this with your own hook. */
export class BestHook implements RunHooks {
  private constructor(
    private readonly file: string,
    private readonly metric: string,
    private best: Best | undefined,
  ) {}

  /** @param resumedAt the step at which the run is resumed, whose later reports are discarded; null for a new run */
  static async open(folder: string, metric: string, resumedAt: number | null): Promise<BestHook> {
    const file = join(folder, 'best.json');
    const before = resumedAt === null ? undefined : await readBest(file);
    const counts = before?.metric === metric && before.step <= (resumedAt ?? 0);
    return new BestHook(file, metric, counts ? before : undefined);
  }

  /** Forge does not wait for it, so it only stores the value. */
  report({ step, split, values }: MetricRecord): void {
    const name = this.metric.startsWith(`${split}.`) ? this.metric.slice(split.length + 1) : undefined;
    const value = name === undefined ? undefined : values[name];
    if (value === undefined || Number.isNaN(value)) return;
    if (this.best === undefined || value < this.best.value) this.best = { metric: this.metric, step, value };
  }

  /** Training waits for it. An error is reported once and disables the hook; training goes on. */
  async checkpoint(): Promise<void> {
    if (this.best !== undefined) await writeFile(this.file, `${JSON.stringify(this.best)}\n`);
  }

  end(): Promise<void> {
    return this.checkpoint();
  }
}

async function readBest(file: string): Promise<Best | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Best;
  } catch {
    return undefined;
  }
}
