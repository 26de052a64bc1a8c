import type { StopSignal, SweepChange } from '@forge-ml/core';
import type { NextCommand, SweepEnd, SweepReport, SweepView } from '@forge-ml/core/sweeps';
import { formatCount, formatDuration, printableText, shellCommand } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { wrapParts, wrapWords } from '../../terminal/wrap.js';
import { bestParts, methodParts, objectiveParts, trialParts } from './sweep-facts.js';
import { nextLines } from './sweep-status.js';

/** The first lines of `forge sweep`. */
export function renderSweepBeginning(view: SweepView, isResumed: boolean, colors: Colors, columns: number): string {
  const { sweep, folder, trials } = view;
  const resumed = isResumed ? [`resumed with ${trials.length} ${trials.length === 1 ? 'trial' : 'trials'}`] : [];
  return [
    wrapParts(colors.bold(printableText(sweep.name)), [shortPath(folder), ...resumed], columns),
    wrapParts('', [...objectiveParts(view), ...methodParts(view)], columns),
  ].join('\n');
}

export function renderSweepStopping(signal: StopSignal, isLocal: boolean, colors: Colors): string {
  const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'A second signal';
  const what = isLocal ? 'Running trials save and stop.' : 'Submitted jobs go on.';
  return `${colors.yellow('Stopping')} the sweep. ${what} ${again} ends this command at once.`;
}

/** The last lines of `forge sweep`: how it ended, its best trial, and what to type next. */
export function renderSweepEnd(
  report: SweepReport,
  end: SweepEnd,
  { colors, columns, next }: { readonly colors: Colors; readonly columns: number; readonly next: NextCommand | null },
): string {
  const name = end.status === 'completed' ? colors.green('Completed') : colors.yellow(endNames[end.status]);
  const reason = end.reason === null ? '' : `: ${printableText(end.reason)}`;
  const jobs = end.jobsRunning === 0 ? '' : ` ${end.jobsRunning} jobs go on.`;
  const show = shellCommand(['forge', 'sweep', 'show', report.sweep.name]);
  const best = bestParts(report);
  return [
    wrapWords(`${name} after ${formatDuration(report.elapsed)}${reason}.${jobs}`.replace(/\.\./g, '.'), columns),
    wrapParts(colors.dim('trials'), trialParts(report), columns),
    ...(best.length === 0 ? [] : [wrapParts(`${colors.dim('best')}  `, best, columns)]),
    ...(end.status === 'completed'
      ? ['', wrapWords('What matters, and how to train the best:', columns), `  ${show}`]
      : nextLines(next, columns)),
  ].join('\n');
}

const endNames = { stopped: 'Stopped', interrupted: 'Stopped' } as const;

/** What `forge sweep add` did. */
export function renderSweepChange({ name, budget, done }: SweepChange, resume: string, columns: number): string {
  const { trials, steps, hours } = budget;
  const parts = [
    ...(trials === null ? [] : [`${formatCount(trials)} trials`]),
    ...(steps === null ? [] : [`${formatCount(steps)} steps`]),
    ...(hours === null ? [] : [`${hours} hours`]),
  ];
  const first = wrapWords(`The budget of ${printableText(name)} is now ${parts.join(', ')}.`, columns);
  return done === 'requested' ? first : `${first}\nTo continue:\n  ${resume}`;
}
