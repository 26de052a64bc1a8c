import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricRecord, MetricSink } from '@forge-ml/core/plugin';

const header = 'step,epoch,time,split,name,value\n';

/** Writes a run's metrics to a table, one number a line. Replace this with the service you send them to. */
export class CsvSink implements MetricSink {
  private buffer = '';
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: string) {}

  /** @param resumedAt the step at which the run is resumed, whose later records are discarded; null for a new run */
  static async open(folder: string, name: string, resumedAt: number | null): Promise<CsvSink> {
    const file = join(folder, name);
    const before = resumedAt === null ? '' : await readFile(file, 'utf8').catch(() => '');
    const kept = before.split('\n').filter((line) => /^\d/.test(line) && Number.parseInt(line, 10) <= (resumedAt ?? 0));
    await writeFile(file, header + kept.map((line) => `${line}\n`).join(''));
    return new CsvSink(file);
  }

  /** Must not block: training continues meanwhile. */
  write({ step, epoch, time, split, values }: MetricRecord): void {
    for (const [name, value] of Object.entries(values)) {
      this.buffer += `${[step, epoch, time, split, name, value].join(',')}\n`;
    }
  }

  /** Called at each checkpoint. An error is reported once and disables the sink; training continues. */
  flush(): Promise<void> {
    const lines = this.buffer;
    this.buffer = '';
    this.writing = this.writing.then(() => appendFile(this.file, lines));
    return this.writing;
  }

  close(): Promise<void> {
    return this.flush();
  }
}
