import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetrics } from '../metrics/log/read-metrics.js';
import type { MetricRecord } from '../metrics/metric-sink.js';
import type { StopSignal } from '../train/stop/stop-request.js';
import { ForgeLibrary } from './forge.js';
import type { TrainOptions, TrainResult } from './train/train.js';

export const bothConfigs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

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

/** Trains until a step is done, then asks to stop as a signal would. */
export function trainUntil(step: number, directory: string, argv: readonly string[]): Promise<TrainResult> {
  const stop: { signal: StopSignal | undefined } = { signal: undefined };
  const hooks = {
    step: (progress: { step: number }) => {
      if (progress.step === step) stop.signal = 'SIGTERM';
    },
  };
  return train(directory, argv, { stop, hooks });
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
