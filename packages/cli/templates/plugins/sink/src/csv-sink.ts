import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricRecord, MetricSink } from '@forge-ml/core/plugin';

const header = 'step,epoch,time,split,name,value\n';

/** A run's metrics as a table, a number a line. In place of the file comes whatever you send them to. */
export class CsvSink implements MetricSink {
  private waiting = '';
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: string) {}

  /** @param resumedAt the step that the run goes on from: what was written past it does not count any more */
  static async open(folder: string, name: string, resumedAt: number | null): Promise<CsvSink> {
    const file = join(folder, name);
    const before = resumedAt === null ? '' : await readFile(file, 'utf8').catch(() => '');
    const kept = before.split('\n').filter((line) => /^\d/.test(line) && Number.parseInt(line, 10) <= (resumedAt ?? 0));
    await writeFile(file, header + kept.map((line) => `${line}\n`).join(''));
    return new CsvSink(file);
  }

  /** Never waits: training goes on meanwhile. */
  write({ step, epoch, time, split, values }: MetricRecord): void {
    for (const [name, value] of Object.entries(values)) {
      this.waiting += `${[step, epoch, time, split, name, value].join(',')}\n`;
    }
  }

  /** Called at each checkpoint. What fails is told once, and the sink is left out; training goes on. */
  flush(): Promise<void> {
    const lines = this.waiting;
    this.waiting = '';
    this.writing = this.writing.then(() => appendFile(this.file, lines));
    return this.writing;
  }

  close(): Promise<void> {
    return this.flush();
  }
}
