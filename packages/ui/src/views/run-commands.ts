import { type readRunFlags, resumeCommand, runWords } from '@forge-ml/core/manage';
import type { RunRecord, ShownStatus } from '@forge-ml/core/runs';
import { shellWord } from '@forge-ml/core/text';
import type { RunCommand } from '../protocol/run-view.js';
import type { RunCheckpoints } from './run-checkpoints.js';
import type { ViewedRun } from './viewed-run.js';

export interface CommandFacts {
  readonly record: RunRecord;
  readonly status: ShownStatus;
  readonly flags: Awaited<ReturnType<typeof readRunFlags>>;
  readonly checkpoints: RunCheckpoints;
  readonly isDamaged: boolean;
}

/** What can be done with a run, as commands to copy. */
export function runCommands(run: ViewedRun, facts: CommandFacts): RunCommand[] {
  const { record, status, flags, checkpoints, isDamaged } = facts;
  const words = runWords(run.folder, run.results);
  const file = shellWord(`${run.folder.experiment}-${run.folder.number}`);
  const isStored = record.code === 'stored';
  const resume = resumeCommand(run.folder, status, flags, run.results, record);
  const commands: RunCommand[] = [];
  if (isDamaged) commands.push(verify(run));
  if (resume !== null) commands.push({ title: titleOfResume(status, isStored), command: resume });
  if (checkpoints.all.some(({ state }) => state !== 'corrupt')) {
    const best = checkpoints.hasBest ? ' --checkpoint best' : '';
    if (isStored) commands.push({ title: 'Evaluate', command: `forge eval ${words}${best}` });
    commands.push({ title: 'Export', command: `forge export ${words}${best} --out ${file}.safetensors` });
  }
  if (isStored) {
    commands.push({ title: 'Train again', command: `forge runs rerun ${words}` });
    commands.push({ title: 'Write its code', command: `forge runs code ${words} ${file}` });
  }
  if (!isDamaged) commands.push(verify(run));
  return commands;
}

/** What can be done with a run whose `run.json` cannot be read. */
export function damagedRunCommands(run: ViewedRun): RunCommand[] {
  return [verify(run)];
}

export function verifyCommand({ folder, results }: ViewedRun): string {
  return `forge runs verify ${runWords(folder, results)} --deep`;
}

function verify(run: ViewedRun): RunCommand {
  return { title: 'Check its files', command: verifyCommand(run) };
}

function titleOfResume(status: ShownStatus, isStored: boolean): string {
  const what = status === 'completed' ? 'Train further' : 'Resume';
  return isStored ? what : `${what}, in its script`;
}
