import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type MetricRecord, readMetrics } from '@forge-ml/core';
import { readEvents, type StepEvent } from './event-file.js';

export interface Logged {
  readonly records: readonly MetricRecord[];
  /** Whether `metrics.jsonl` ends within a line. */
  readonly halfALine: boolean;
  /** The event files, in the order in which TensorBoard reads them. */
  readonly files: readonly { readonly name: string; readonly events: readonly StepEvent[]; readonly torn: boolean }[];
}

/** Reads what a run has logged. */
export async function loggedIn(run: string): Promise<Logged> {
  const path = join(run, 'metrics.jsonl');
  const records: MetricRecord[] = [];
  for await (const record of readMetrics(path)) records.push(record);
  const names = (await readdir(run)).filter((name) => name.startsWith('events.')).sort();
  const files = names.map((name) => ({ name, ...readEvents(join(run, name)) }));
  return { records, halfALine: await endsInHalfALine(path), files };
}

async function endsInHalfALine(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer.toString() !== '\n';
  } finally {
    await handle.close();
  }
}
