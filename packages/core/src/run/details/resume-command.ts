import { join, resolve } from 'node:path';
import { plainValues, type ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { shellWord } from '../../text/shell-word.js';
import { flagsToContinue } from '../../train/loop/flags-to-continue.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { RunRecord } from '../record/run-record.js';
import type { ShownStatus } from '../record/run-status.js';

/**
 * The words that name a run in a command, quoted for a shell: `churn/12`, with `--results-dir` where that is not the
 * default one; the folder of a run that is elsewhere.
 * @param results absolute path of the results folder that the command line uses
 */
export function runWords({ path, experiment, number }: RunFolder, results: string): string {
  if (!isIn(results, { path, experiment, number })) return shellWord(path);
  const where = results === resolve('results') ? '' : ` --results-dir ${shellWord(results)}`;
  return `${shellWord(`${experiment}/${number}`)}${where}`;
}

function isIn(results: string, { path, experiment, number }: RunFolder): boolean {
  return path === join(results, experiment, String(number));
}

/** The command that resumes a run, or trains a completed one further; the call, if it stores no code. Null while it runs. */
export function resumeCommand(
  run: RunFolder,
  status: ShownStatus,
  flags: ResolvedFlags,
  results: string,
  reached: Pick<RunRecord, 'step' | 'epoch' | 'code'>,
): string | null {
  if (status === 'running') return null;
  const further = status === 'completed' ? flagsToContinue(plainValues(flags) as unknown as Limits, reached) : null;
  if (reached.code === 'in-memory') {
    const isNamed = isIn(results, run) && results === resolve('results');
    const set = [
      `resume: ${JSON.stringify(isNamed ? `${run.experiment}/${run.number}` : run.path)}`,
      ...(further === null ? [] : [asProperty(further), 'override: true']),
    ];
    return `Forge.train({ data, model, set: { ${set.join(', ')} } })`;
  }
  const command = `forge train --resume ${runWords(run, results)}`;
  return further === null ? command : `${command} ${further} --override`;
}

/** `steps: 120` for `--steps 120`. */
function asProperty(flag: string): string {
  return flag.replace(/^--/, '').replace(' ', ': ');
}

type Limits = Parameters<typeof flagsToContinue>[0];
