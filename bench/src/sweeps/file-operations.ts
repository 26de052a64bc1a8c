import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark, Row } from '../benchmark.js';
import { canTrace, type FileCall, traceFileCalls } from './file-calls.js';
import { forge } from './sweep-process.js';

const runFlags = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--steps', '1'];
const [few, many] = [8, 32];

/**
 * What a file server is asked to do for a sweep: system calls within the results folder, counted by strace. A table of
 * all of them goes to stderr.
 */
export const fileOperations: Benchmark = {
  name: 'file-operations',
  run() {
    if (!canTrace()) {
      process.stderr.write(
        '  Skipped file-operations. It counts with strace, which is not installed or may not trace.\n',
      );
      return Promise.resolve([]);
    }
    return inBenchFolder(measure);
  },
};

async function measure(folder: string): Promise<readonly Row[]> {
  await writeToyProject(folder);
  const trace = (words: readonly string[]) =>
    traceFileCalls([forge, ...words], { cwd: folder, within: join(folder, 'results') });
  const sweep = (name: string, trials: number) =>
    trace([
      ...['sweep', '--name', name, '--method', 'random', '--minimize', 'valid.loss', '--trials', String(trials)],
      ...['--space', 'learningRate=log(1e-3..1e-1)', ...runFlags],
    ]);
  // The second run of an experiment, as trials are: the first makes its folders.
  await trace(['train', '--run-name', 'plain', ...runFlags]);
  const plain = await trace(['train', '--run-name', 'plain', ...runFlags]);
  const [short, long] = [await sweep('short', few), await sweep('long', many)];
  const trial = difference(countByKind(long), countByKind(short), many - few);
  const own = countByKind(plain);
  const [inTrial, inRun] = [sum(trial), sum(own)];
  const waiting = await traceWaiting(trace);
  printTable({ 'forge train': own, 'a trial': trial, 'a second': waiting });
  const { 'the run': running = 0, 'record of the job': record = 0, ...others } = waiting;
  return [
    {
      what: 'calls of a trial within the results folder, in addition to those of the same run by forge train',
      value: inTrial - inRun,
      unit: 'calls',
      bar: { relation: '<=', value: 60 },
      detail: `a trial ${inTrial.toFixed(1)}, a run ${inRun}`,
    },
    {
      what: 'calls a second of a controller and an idle worker, while another worker trains',
      value: sum(others),
      unit: 'calls/s',
      bar: { relation: '<=', value: 1 },
      detail: Object.entries(others)
        .map(([kind, count]) => `${kind} ${count.toFixed(2)}`)
        .join(', '),
    },
    {
      what: 'calls a second of a trial that trains and reports nothing',
      value: running + record,
      unit: 'calls/s',
      detail: 'its heartbeat',
    },
  ];
}

/** Calls a second by kind, while one worker trains for half a minute and another has nothing to do. */
async function traceWaiting(
  trace: (words: readonly string[]) => Promise<FileCall[]>,
): Promise<Readonly<Record<string, number>>> {
  const calls = await trace([
    ...['sweep', '--name', 'waiting', '--method', 'grid', '--minimize', 'valid.loss', '--workers', '2'],
    ...['--space', 'msPerStep=1,15000', ...runFlags.slice(0, -1), '2', '--report-every', '100'],
  ]);
  const end = calls.at(-1)!.time;
  const [from, until] = [end - 25, end - 5];
  const within = calls.filter(({ time }) => time >= from && time < until);
  return Object.fromEntries(Object.entries(countByKind(within)).map(([kind, count]) => [kind, count / (until - from)]));
}

const kinds: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^[^/]+\/\d+(\/|$)/, 'the run'],
  [/^[^/]+\/trials(\/|$)/, 'record of the job'],
  [/^[^/]+\/jobs(\/|$)/, 'batch'],
  [/^[^/]+\/template(\/|$)/, 'template'],
  [/^[^/]+\/journal\.jsonl/, 'journal'],
  [/^[^/]+\/sweep\.json/, 'sweep.json'],
  [/^[^/]+\/requests(\/|$)/, 'requests'],
  [/^[^/]+\/controller\.json/, 'lock of the controller'],
  [/\.numbers/, 'number of the run'],
];

function countByKind(calls: readonly FileCall[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { path } of calls) {
    const kind = kinds.find(([pattern]) => pattern.test(path))?.[1] ?? 'folders';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

type Counts = Readonly<Record<string, number>>;

function difference(more: Counts, less: Counts, over: number): Counts {
  const entries = Object.entries(more).map(([kind, count]) => [kind, (count - (less[kind] ?? 0)) / over] as const);
  return Object.fromEntries(entries);
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function printTable(columns: Readonly<Record<string, Counts>>): void {
  const rows = [...new Set(Object.values(columns).flatMap((counts) => Object.keys(counts)))];
  const names = Object.keys(columns);
  const cells = rows.map((row) => [row, ...names.map((name) => (columns[name]![row] ?? 0).toFixed(1))]);
  const lines = [['calls', ...names], ...cells, ['all', ...names.map((name) => sum(columns[name]!).toFixed(1))]];
  for (const [first, ...rest] of lines) {
    process.stderr.write(`  ${first!.padEnd(24)}${rest.map((cell) => cell.padStart(12)).join('')}\n`);
  }
}
