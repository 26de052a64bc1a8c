import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface WrittenRun {
  readonly experiment: string;
  readonly number: number;
  readonly flags: Readonly<Record<string, string | number | boolean | null>>;
  readonly loss: number;
  readonly best: number;
  readonly accuracy: number;
  readonly tags?: readonly string[];
  readonly record?: object;
}

/** Writes runs as Forge does, a day after each other, without training them. */
export async function writeRuns(results: string, runs: readonly WrittenRun[]): Promise<void> {
  for (const [day, run] of runs.entries()) {
    const folder = join(results, run.experiment, String(run.number));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'run.json'), JSON.stringify({ ...recordOf(run, day), ...run.record }));
    const flags = Object.entries(run.flags).map(([name, value]) => [name, { value, source: 'default' }]);
    await writeFile(join(folder, 'flags.json'), JSON.stringify({ formatVersion: 2, flags: Object.fromEntries(flags) }));
    if (run.tags === undefined) continue;
    await writeFile(
      join(folder, 'annotations.json'),
      JSON.stringify({ formatVersion: 2, tags: run.tags, note: '', name: '' }),
    );
  }
}

function recordOf({ experiment, number, loss, best, accuracy }: WrittenRun, day: number): object {
  const start = Date.UTC(2026, 0, 1 + day, 9, 30);
  const engine = { backend: 'toy', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] };
  return {
    ...{ formatVersion: 2, experiment, number, status: 'completed', reason: null, step: 100 * number, epoch: 1 },
    ...{
      created: new Date(start).toISOString(),
      ended: new Date(start + 90_000).toISOString(),
      command: [],
      directory: '/',
    },
    ...{ process: { host: 'host', pid: 1, startTime: 1 }, host: { hostname: 'host' }, versions: {}, engine, git: null },
    ...{
      backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
      batch: {},
      resumes: [],
      code: 'stored',
      sweep: null,
    },
    directions: { 'valid.loss': 'min', 'valid.accuracy': 'max', 'train.loss': 'min' },
    metrics: { train: { loss: loss / 2 }, valid: { loss, accuracy } },
    best: {
      train: { loss: { value: loss / 2, step: 5 } },
      valid: { loss: { value: best, step: 4 }, accuracy: { value: accuracy, step: 3 } },
    },
  };
}

/** Two configurations of one experiment with two seeds each, a failed run, and a run of another experiment. */
export const someRuns: readonly WrittenRun[] = [
  {
    experiment: 'digits',
    number: 1,
    flags: { seed: 1, hidden: 64, learningRate: 0.01 },
    loss: 0.5,
    best: 0.4,
    accuracy: 0.9,
  },
  {
    experiment: 'digits',
    number: 2,
    flags: { seed: 2, hidden: 64, learningRate: 0.01 },
    loss: 0.45,
    best: 0.3,
    accuracy: 0.91,
  },
  {
    experiment: 'digits',
    number: 3,
    flags: { seed: 1, hidden: 128, learningRate: 1e-4 },
    loss: 0.3,
    best: 0.25,
    accuracy: 0.95,
    tags: ['paper', 'wide'],
  },
  {
    experiment: 'digits',
    number: 4,
    flags: { seed: 2, hidden: 128, learningRate: 1e-4 },
    loss: 0.31,
    best: 0.26,
    accuracy: 0.94,
  },
  {
    experiment: 'digits',
    number: 5,
    flags: { seed: 3, hidden: 128, learningRate: 10 },
    loss: 9,
    best: 2,
    accuracy: 0.1,
    record: { status: 'failed', reason: 'The loss is NaN.' },
  },
  {
    experiment: 'letters',
    number: 1,
    flags: { seed: 1, hidden: 64, learningRate: 0.01 },
    loss: 1.25,
    best: 1.125,
    accuracy: 0.5,
  },
];
