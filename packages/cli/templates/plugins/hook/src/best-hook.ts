import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricRecord, RunHooks } from '@forge-ml/core/plugin';

/** The lowest value of a metric, and the step it was reported at. */
interface Best {
  readonly metric: string;
  readonly step: number;
  readonly value: number;
}

/** Keeps the best value of a metric in `best.json`. In place of the file comes what you want done in a run. */
export class BestHook implements RunHooks {
  private constructor(
    private readonly file: string,
    private readonly metric: string,
    private best: Best | undefined,
  ) {}

  /** @param resumedAt the step that the run goes on from: what was reported past it does not count any more */
  static async open(folder: string, metric: string, resumedAt: number | null): Promise<BestHook> {
    const file = join(folder, 'best.json');
    const before = resumedAt === null ? undefined : await readBest(file);
    const counts = before?.metric === metric && before.step <= (resumedAt ?? 0);
    return new BestHook(file, metric, counts ? before : undefined);
  }

  /** Not waited for, so it only takes a note. */
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
