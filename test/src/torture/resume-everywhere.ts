import { rm } from 'node:fs/promises';
import { writeToyProject } from '@forge-ml/core/testing';
import { inFolder } from '../cli/folder.js';
import { sized, type TortureIdea, type TortureRequest, type TortureResult } from './idea.js';
import { essenceOf, toyFlags, trainHere } from './toy-training.js';

const steps = 60;

/** Stops a run after each of its steps in turn, resumes it, and compares every bit with one that never stopped. */
export const resumeEverywhere: TortureIdea = {
  name: 'resume',
  bar: 'resumed at any step, a run ends with the same bits',
  run: (request) => inFolder((folder) => resumeIn(folder, request)),
};

async function resumeIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const every = sized(request, { slice: 6, whole: 1 });
  const argv = (name: string) => [...toyFlags, '--run-name', name, '--steps', String(steps)];
  await writeToyProject(folder);
  const expected = await essenceOf((await trainHere(folder, argv('straight'))).run, steps);
  const faults: string[] = [];
  let tried = 0;
  for (let at = 1; at < steps; at += every) {
    const { run } = await trainHere(folder, argv('stopped'), at);
    const { step } = await trainHere(folder, ['--resume', 'stopped']);
    tried++;
    if (step !== steps || (await essenceOf(run, steps)) !== expected) faults.push(`stopped at ${at}: other bits`);
    await rm(run, { recursive: true });
  }
  return { measured: `resumed at ${tried} of the ${steps - 1} steps of a run, all bits compared`, faults };
}
