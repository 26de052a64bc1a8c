import { rm } from 'node:fs/promises';
import { writeToyProject } from '@forge-ml/core/testing';
import { inFolder } from '../cli/folder.js';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from './scenario.js';
import { contentOf, toyFlags, trainHere } from './toy-training.js';

const steps = 60;

/** Stops a run after each of its steps in turn, resumes it, and compares every bit with a run that never stopped. */
export const resumeEverywhere: TortureScenario = {
  name: 'resume',
  bar: 'resumed at any step, a run ends with the same bits',
  run: (request) => inFolder((folder) => resumeIn(folder, request)),
};

async function resumeIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const every = sized(request, { slice: 6, whole: 1 });
  const argv = (name: string) => [...toyFlags, '--run-name', name, '--steps', String(steps)];
  await writeToyProject(folder);
  const expected = await contentOf((await trainHere(folder, argv('straight'))).run, steps);
  const faults: string[] = [];
  let tested = 0;
  for (let at = 1; at < steps; at += every) {
    const { run } = await trainHere(folder, argv('stopped'), at);
    const { step } = await trainHere(folder, ['--resume', 'stopped']);
    tested++;
    if (step !== steps || (await contentOf(run, steps)) !== expected) faults.push(`stopped at ${at}: different bits`);
    await rm(run, { recursive: true });
  }
  return { measured: `resumed at ${tested} of the ${steps - 1} steps of a run, all bits compared`, faults };
}
