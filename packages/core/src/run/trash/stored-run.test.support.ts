import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '../../testing/toy-project.js';
import { createRunFolder, type RunFolder } from '../folder/run-folder.js';
import type { RunRecord } from '../record/run-record.js';

export const completed: RunRecord = {
  formatVersion: 2,
  experiment: 'mnist',
  number: 1,
  status: 'completed',
  created: '2030-01-01T00:00:00.000Z',
  ended: '2030-01-01T00:00:00.000Z',
  reason: null,
  command: ['forge', 'train'],
  directory: '/project',
  process: { host: 'elsewhere', pid: 1, startTime: 1 },
  host: { cpus: 2 },
  versions: { node: '20.0.0' },
  backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
  engine: { backend: 'toy', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] },
  git: null,
  batch: { x: { dtype: 'float32', shape: [4, 2] } },
  step: 3,
  epoch: 0,
  metrics: {},
  resumes: [],
  directions: {},
  code: 'stored',
  sweep: null,
};

const files = [
  'flags.json',
  'metrics.jsonl',
  'code/model.ts',
  'checkpoints/3/checkpoint.json',
  'checkpoints/3/a.safetensors',
];

/** Makes a run with a few files, whose content names the run. */
export async function makeStoredRun(
  results: string,
  experiment: string,
  record: Partial<RunRecord> = {},
): Promise<RunFolder> {
  const run = await createRunFolder(results, experiment);
  const label = `${experiment}/${run.number}`;
  await writeFiles(run.path, {
    'run.json': JSON.stringify({ ...completed, experiment, number: run.number, ...record }),
    ...Object.fromEntries(files.map((file) => [file, label])),
  });
  return run;
}

/** What is missing in the folder of such a run. */
export async function missingIn(folder: string, experiment: string, number: number): Promise<readonly string[]> {
  const label = `${experiment}/${number}`;
  const missing: string[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (text !== label) missing.push(file);
  }
  const record = await readFile(join(folder, 'run.json'), 'utf8').catch(() => '');
  if (!record.includes(`"number":${number}`)) missing.push('run.json');
  return missing;
}
