import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetrics } from '../metrics/log/read-metrics.js';
import type { MetricRecord } from '../metrics/metric-sink.js';
import { StopSource } from '../train/stop/stop-request.js';
import { ForgeLibrary } from './forge.js';
import type { TrainOptions } from './train/train.js';
import type { TrainResult } from './train/train-run.js';

export const bothConfigs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

/** Arguments, with other values of flags that may be among them. */
export function withFlags(argv: readonly string[], flags: readonly string[]): string[] {
  const isChanged = (word: string | undefined) => word?.startsWith('--') === true && flags.includes(word);
  return [...argv.filter((word, at) => !isChanged(word) && !isChanged(argv[at - 1])), ...flags];
}

/** Forge as used from a folder, and what it warned of. */
export function forgeIn(directory: string, argv: readonly string[] = []): { forge: ForgeLibrary; warnings: string[] } {
  const warnings: string[] = [];
  return { forge: new ForgeLibrary({ directory, argv, warn: (message) => void warnings.push(message) }), warnings };
}

/** What `forge train` does with these arguments. */
export async function train(
  directory: string,
  argv: readonly string[],
  options: TrainOptions = {},
): Promise<TrainResult> {
  const { forge } = forgeIn(directory, argv);
  return forge.train(await forge.config(), options);
}

/** Trains until a step is done, then stops as at a signal. */
export function trainUntil(step: number, directory: string, argv: readonly string[]): Promise<TrainResult> {
  const stop = new StopSource();
  const hooks = {
    step: (progress: { step: number }) => {
      if (progress.step === step) stop.stop('SIGTERM');
    },
  };
  return train(directory, argv, { stop, hooks });
}

/** Options of a training that is aborted before its first step. */
export function abortedAtStart(): Pick<TrainOptions, 'signal' | 'onRun'> {
  const stop = new AbortController();
  return { signal: stop.signal, onRun: () => stop.abort() };
}

/** All that two runs must have alike: metrics but for the time of day, and the bytes of a checkpoint's tensors. */
export async function essenceOf(run: string, step: number): Promise<{ metrics: string[]; tensors: Buffer[] }> {
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const files = ['parameters.safetensors', 'state.safetensors'];
  return {
    metrics: lines.map((line) => line.replace(/"time":[\d.]+,/, '')),
    tensors: await Promise.all(files.map((file) => readFile(join(run, 'checkpoints', String(step), file)))),
  };
}

export async function metricsOf(run: string): Promise<MetricRecord[]> {
  const records: MetricRecord[] = [];
  for await (const record of readMetrics(join(run, 'metrics.jsonl'))) records.push(record);
  return records;
}

export async function readJsonFile(...path: string[]): Promise<Record<string, never>> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as Record<string, never>;
}
