import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes 500 runs of `many` with 2,000 points, and `many/501` with 1,000,000. @param template the `run.json` of any run */
export function writeCurves(results: string, template: string): void {
  const record = JSON.parse(readFileSync(template, 'utf8'));
  for (let number = 1; number <= 501; number++) {
    const run = join(results, 'many', String(number));
    mkdirSync(run, { recursive: true });
    const metrics = { metrics: { train: { loss: 0.1 } }, best: { train: { loss: { value: 0.1, step: 1 } } } };
    writeFileSync(
      join(run, 'run.json'),
      JSON.stringify({ ...record, ...metrics, experiment: 'many', number, code: 'in-memory' }),
    );
    writeFileSync(join(run, 'flags.json'), JSON.stringify({ formatVersion: 2, flags: {} }));
    writeFileSync(join(run, 'metrics.jsonl'), metricsOf(number === 501 ? 1_000_000 : 2_000));
  }
}

function metricsOf(count: number): string {
  const lines: string[] = [];
  for (let step = 1; step <= count; step++) {
    const loss = Math.exp(-step / (count / 4)) + 0.1 * Math.sin(step * 7);
    lines.push(`{"step":${step},"epoch":0,"time":${1.7e12 + step * 10},"split":"train","values":{"loss":${loss}}}\n`);
  }
  return lines.join('');
}
