import { once } from 'node:events';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { startForge } from '../cli/forge-process.js';
import { toyFlags, trainHere } from './toy-training.js';

/** How a command on a hostile run ended. */
export interface HostileEnd {
  /** Undefined if it ended in time, with a known status and without an unexpected error. */
  readonly fault: string | undefined;
  readonly stdout: string;
}

/** Trains a run with a few checkpoints, and stops it before its end. @returns its folder */
export async function trainVictim(folder: string): Promise<string> {
  await writeToyProject(folder);
  const flags = [...toyFlags, '--run-name', 'line', '--steps', '12', '--save-every', '4', '--keep', 'all'];
  return (await trainHere(folder, flags, 9)).run;
}

/** Runs a command in a new process with little memory, and kills it if it hangs. */
export async function runCommandOn(
  folder: string,
  words: readonly string[],
  limitSeconds: number,
): Promise<HostileEnd> {
  const nodeOptions = ['--max-old-space-size=768'];
  const { child, finished } = startForge(words, { cwd: folder, nodeOptions });
  const command = words.join(' ');
  const timer = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000);
  try {
    const { status, stdout, stderr } = await finished;
    if (status === null) return { fault: `forge ${command} did not end in ${limitSeconds} s, or was killed`, stdout };
    const isKnown = [0, 1, 2, 130].includes(status) && !/Unexpected|RangeError|TypeError/.test(stderr);
    return { fault: isKnown ? undefined : `forge ${command}: status ${status}, ${stderr.slice(0, 300)}`, stdout };
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

/** The commands that read or change a run, by name. */
export function commandsOn(run: string, out: string): Readonly<Record<string, readonly string[]>> {
  return {
    resume: ['train', '--resume', run],
    repair: ['runs', 'verify', run, '--repair', '--deep'],
    verify: ['runs', 'verify', run, '--deep'],
    show: ['runs', 'show', run],
    export: ['export', run, '--out', join(out, `out-${Math.random().toString(36).slice(2)}.safetensors`)],
  };
}
