import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { png, type WrittenMedia, writeMedia } from './media-files.js';

/** What the example folder has, for tests to compare pages with. */
export const example = {
  runs: 200,
  /** The run of `churn` with the highest `valid.auc`, and the second. They differ in their dropout, and seed. */
  best: 142,
  second: 77,
  /** The run whose `train.loss` is NaN from a step on. */
  diverged: { number: 57, step: 310 },
  steps: 400,
} as const;

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const created = Date.UTC(2026, 0, 1, 9);

/**
 * Writes a project with a results folder: 200 runs of `churn`, of which one diverged; `toy/1`, a trained run with code,
 * log, checkpoints and media; `long/1` with many values; `broken/1`, a damaged run; `crash/1`, whose process ended; and the trained sweep `search`.
 * @returns the results folder
 */
export async function writeExampleFolder(cwd: string): Promise<string> {
  await writeToyProject(cwd);
  await run(cwd, ['train', ...configs, '--run-name', 'toy', '--steps', '40', '--save-every', '20']);
  const space = ['--space', 'learningRate=log(1e-3..1e-1)', '--space', 'hidden=2,4'];
  await run(cwd, [
    ...['sweep', ...configs, ...space, '--minimize', 'valid.loss', '--steps', '5', '--name', 'search'],
    ...['--trials', '5', '--method', 'random', '--workers', '2'],
  ]);
  const results = join(cwd, 'results');
  const template = join(results, 'toy', '1');
  for (let number = 1; number <= example.runs; number++) await writeRun(template, results, number);
  await writeMedia(template, [20, 40].flatMap(mediaAt));
  await writeLongRun(template, join(results, 'long', '1'));
  await mkdir(join(results, 'broken', '1'), { recursive: true });
  await writeFile(join(results, 'broken', '1', 'run.json'), '{ "formatVersion": 2, ');
  await writeFile(join(results, 'broken', '1', 'flags.json'), '{');
  const crash = join(results, 'crash', '1');
  await cp(template, crash, { recursive: true });
  await changeRecord(crash, (record) => ({
    ...record,
    ...{ experiment: 'crash', status: 'running', ended: null, created: iso(created - 3_600_000) },
    process: { ...(record.process as object), pid: 2 ** 22 - 3, startTime: 1, birth: undefined },
  }));
  return results;
}

async function run(cwd: string, words: readonly string[]): Promise<void> {
  const { status, stderr } = await forge(words, { cwd });
  expect(status, stderr).to.equal(0);
}

function mediaAt(step: number): WrittenMedia[] {
  const json = (content: object) => JSON.stringify(content);
  const edges = Array.from({ length: 11 }, (_, at) => at / 10);
  const counts = edges.slice(1).map((_, at) => step + at);
  return [
    { kind: 'image', name: 'samples', step, content: png(16, (x, y) => (x * y + step) % 256) },
    { kind: 'text', name: 'note', step, content: `The note at step ${step}.` },
    {
      kind: 'histogram',
      name: 'weights',
      step,
      content: json({ edges, counts, min: 0, max: 1, sum: 5, sumSquares: 3 }),
    },
    { kind: 'table', name: 'answers', step, content: json({ columns: ['input', 'answer'], rows: [[step, 'seven']] }) },
  ];
}

const iso = (time: number) => new Date(time).toISOString();
const rounded = (value: number) => Number(value.toPrecision(6));

/** Flags of a run of `churn`. */
function flagsOf(number: number) {
  const isTop = number === example.best || number === example.second;
  return {
    hidden: isTop ? 64 : 16 << (number % 4),
    learningRate: isTop ? 0.003 : [0.1, 0.03, 0.01, 0.001][(number >> 2) % 4]!,
    dropout: number === example.best ? 0.3 : isTop ? 0.1 : 0.05 * ((number >> 4) % 5),
    seed: number % 3,
  };
}

async function writeRun(template: string, results: string, number: number): Promise<void> {
  const folder = join(results, 'churn', String(number));
  const diverged = number === example.diverged.number;
  if (diverged) {
    await cp(template, folder, { recursive: true });
    await rm(join(folder, 'checkpoints'), { recursive: true });
  } else await mkdir(folder, { recursive: true });
  const { flags, ...rest } = JSON.parse(await readFile(join(template, 'flags.json'), 'utf8'));
  const own = Object.entries({ ...flagsOf(number), steps: example.steps }).map(([name, value]) => [
    name,
    { value, source: 'command line' },
  ]);
  await writeFile(
    join(folder, 'flags.json'),
    JSON.stringify({ ...rest, flags: { ...flags, ...Object.fromEntries(own) } }),
  );
  await cp(join(template, 'run.json'), join(folder, 'run.json'));
  const auc =
    number === example.best ? 0.9412 : number === example.second ? 0.9405 : rounded(0.7 + ((number * 37) % 200) / 1000);
  const loss = rounded(1.5 - auc);
  const end = diverged ? example.diverged.step + 20 : example.steps;
  const start = created + number * 600_000;
  await changeRecord(folder, (record) => ({
    ...record,
    ...{ experiment: 'churn', number, created: iso(start), ended: iso(start + 90_000), step: end, epoch: 4 },
    ...(diverged ? { status: 'failed', reason: 'The loss is NaN.' } : { status: 'completed', reason: null }),
    ...(diverged ? {} : { code: 'in-memory' }),
    directions: { 'train.loss': 'min', 'valid.loss': 'min', 'valid.auc': 'max' },
    metrics: { train: { loss: diverged ? 'NaN' : loss }, valid: { loss, auc } },
    best: {
      train: { loss: { value: loss, step: end } },
      valid: { loss: { value: loss, step: 300 }, auc: { value: auc, step: 300 } },
    },
  }));
  await writeFile(join(folder, 'metrics.jsonl'), metricsOf(number, start, end, auc));
}

function metricsOf(number: number, start: number, end: number, auc: number): string {
  const lines: string[] = [];
  const write = (step: number, split: string, values: object) => {
    const epoch = Math.floor((step - 1) / 100);
    lines.push(`${JSON.stringify({ step, epoch, time: start + step * 200, split, values })}\n`);
  };
  for (let step = 10; step <= end; step += 10) {
    const noise = 0.02 * Math.sin(step * number);
    const loss = rounded(1.5 - auc + Math.exp(-step / 80) + noise);
    const hasDiverged = number === example.diverged.number && step >= example.diverged.step;
    write(step, 'train', { loss: hasDiverged ? 'NaN' : loss });
    if (step % 100 > 0) continue;
    const best = step === 300 ? 0 : 0.01 + 100 / step / 50;
    write(step, 'valid', { loss: rounded(1.5 - auc + best), auc: rounded(auc - best) });
  }
  return lines.join('');
}

/** A run with 20,000 values of `train.loss`: more than pixels. */
async function writeLongRun(template: string, folder: string): Promise<void> {
  await cp(template, folder, { recursive: true });
  await rm(join(folder, 'checkpoints'), { recursive: true });
  await changeRecord(folder, (record) => ({ ...record, experiment: 'long', created: iso(created), step: 20_000 }));
  let lines = '';
  for (let step = 1; step <= 20_000; step++) {
    const loss = rounded(2 / Math.sqrt(step) + 0.1 * Math.abs(Math.sin(step * 12.9898)));
    lines += `{"step":${step},"epoch":0,"time":${created + step},"split":"train","values":{"loss":${loss}}}\n`;
  }
  await writeFile(join(folder, 'metrics.jsonl'), lines);
}

/** Changes fields of the `run.json` of a run. */
export async function changeRecord(folder: string, change: (record: Record<string, unknown>) => object): Promise<void> {
  const path = join(folder, 'run.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}
