import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from './forge-process.js';

const created = Date.UTC(2026, 0, 1);
const iso = (time: number) => new Date(time).toISOString();

/**
 * Writes the runs digits/1 to digits/3 with fixed metrics: the second was resumed at step 400, the third has NaN at steps
 * 300 to 345, and Infinity at step 600. @returns the results folder
 */
export async function writeCurveRuns(cwd: string): Promise<string> {
  await writeToyProject(cwd);
  const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
  const { status, stderr } = await forge(['train', ...configs, '--run-name', 'line', '--steps', '1'], { cwd });
  expect(status, stderr).to.equal(0);
  const results = join(cwd, 'curves');
  for (const number of [1, 2, 3]) await writeRun(join(cwd, 'results', 'line', '1'), join(results, 'digits'), number);
  return results;
}

async function writeRun(template: string, experiment: string, number: number): Promise<void> {
  const run = join(experiment, String(number));
  await mkdir(run, { recursive: true });
  const { flags, ...rest } = JSON.parse(await readFile(join(template, 'flags.json'), 'utf8'));
  const steps = { value: 1000, source: 'command line' };
  await writeFile(join(run, 'flags.json'), JSON.stringify({ ...rest, flags: { ...flags, steps } }));
  const record = JSON.parse(await readFile(join(template, 'run.json'), 'utf8'));
  const resumes = number === 2 ? [{ time: iso(created + 500_000), step: 400, stopped: iso(created + 400_000) }] : [];
  const changed = { experiment: 'digits', number, created: iso(created), ended: iso(created + 1_100_000), resumes };
  await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, ...changed, step: 1000, epoch: 9 }));
  await writeFile(join(run, 'metrics.jsonl'), metricsOf(number).join(''));
  for (const step of [200, 400, 600, 800, 1000]) {
    await mkdir(join(run, 'checkpoints', String(step)), { recursive: true });
    await writeFile(join(run, 'checkpoints', String(step), 'checkpoint.json'), '{}');
  }
}

function metricsOf(number: number): string[] {
  const lines: string[] = [];
  const write = (step: number, split: string, values: object) => {
    const time = created + step * 1000 + (number === 2 && step > 400 ? 100_000 : 0);
    lines.push(`${JSON.stringify({ step, epoch: Math.floor((step - 1) / 100), time, split, values })}\n`);
  };
  for (let step = 5; step <= 1000; step += 5) {
    // Rounded: the last bits of exp differ between processors.
    const loss = Number((2 * Math.exp(-step / (150 * number)) + 0.1 + 0.01 * ((step * 7) % 11)).toFixed(6));
    const broken = number !== 3 ? undefined : step >= 300 && step < 350 ? 'NaN' : step === 600 ? 'Infinity' : undefined;
    write(step, 'train', { loss: broken ?? loss });
    if (step % 100 === 0) write(step, 'valid', { loss: loss + 0.1, accuracy: Number((1 - loss / 4).toFixed(6)) });
  }
  return lines;
}
