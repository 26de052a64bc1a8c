import type { NextCommand, SweepView, ViewedTrial } from '@forge-ml/core/sweeps';
import { rankTrials } from '@forge-ml/core/sweeps';
import { printableText } from '@forge-ml/core/text';
import type { RunStep } from '../../actions/sweep/running-trials.js';
import type { Colors } from '../../terminal/colors.js';
import { wrapWords } from '../../terminal/wrap.js';
import { renderSweepFacts } from './sweep-facts.js';
import { renderTrials } from './trial-table.js';

export interface SweepStatusOptions {
  readonly colors: Colors;
  readonly columns: number;
  /** Lines on the screen; Infinity where it is not redrawn. */
  readonly rows: number;
  /** How far the runs of running trials are, by number. */
  readonly steps: ReadonlyMap<number, RunStep>;
  readonly next: NextCommand | null;
  /** Below all else: `q quits`. */
  readonly footer?: string;
}

/** Of the note about columns without room, on a redrawn screen. */
const mostNoteLines = 2;

/** Trials in a table of the status; `sweep show` has more, `--json` all. */
const most = { best: 5, running: 16, failed: 5 } as const;

/** The state of a sweep on one screen: facts, and tables of the best, the running and the failed trials. */
export function renderSweepStatus(view: SweepView, options: SweepStatusOptions): string {
  const { colors, columns, rows, steps, next, footer } = options;
  const facts = renderSweepFacts(view, colors, columns);
  const end = [...nextLines(next, columns), ...(footer === undefined ? [] : ['', colors.dim(footer)])];
  // The rest of the screen, shared out: what runs first.
  let room = rows - facts.length - end.length - mostNoteLines;
  const dropped = new Set<string>();
  const table = (title: string, trials: readonly ViewedTrial[], count: number, states: boolean, live = false) => {
    const shown = trials.slice(0, Math.max(0, Math.min(count, room - 3)));
    if (shown.length === 0) return [];
    const fitted = renderTrials(view, shown, { colors, width: columns, states, ...(live ? { steps } : {}) });
    for (const column of fitted.dropped) dropped.add(column);
    room -= shown.length + 3;
    return ['', colors.bold(title + moreText(trials.length - shown.length)), ...fitted.text.split('\n')];
  };
  const running = view.trials.filter(({ state }) => state === 'running');
  const failed = view.trials.filter(({ state }) => state === 'failed').reverse();
  const several = view.sweep.objectives.length > 1;
  const ranked = rankTrials(view);
  const best = several ? ranked.filter(({ trial }) => view.best.includes(trial)) : ranked;
  const runningLines = table('RUNNING', running, most.running, false, true);
  const bestLines = table(several ? 'PARETO FRONT' : 'BEST', best, most.best, true);
  const failedLines = renderFailed(failed, { colors, columns, room });
  const all = `No room for ${[...dropped].join(', ')}: --json has all.`;
  const note =
    dropped.size === 0
      ? []
      : wrapWords(all, columns)
          .split('\n')
          .slice(0, rows === Number.POSITIVE_INFINITY ? undefined : mostNoteLines);
  const lines = [
    ...facts,
    ...bestLines,
    ...runningLines,
    ...failedLines,
    ...note.map((line) => colors.dim(line)),
    ...end,
  ];
  return lines.slice(0, rows).join('\n');
}

function moreText(count: number): string {
  return count <= 0 ? '' : ` and ${count} more`;
}

/** The newest failures with their reasons. */
function renderFailed(
  failed: readonly ViewedTrial[],
  { colors, columns, room }: { readonly colors: Colors; readonly columns: number; readonly room: number },
): string[] {
  const reasons = failed
    .slice(0, most.failed)
    .map(({ trial, reason }) => wrapWords(printableText(reason ?? 'no reason is known'), columns, `  ${trial}`));
  const lines: string[] = [];
  let shown = 0;
  for (const reason of reasons) {
    const more = reason.split('\n');
    if (lines.length + more.length + 2 > room) break;
    lines.push(...more);
    shown++;
  }
  return shown === 0 ? [] : ['', colors.bold(`FAILED${moreText(failed.length - shown)}`), ...lines];
}

/** A sentence, and the command on a line of its own, whole. */
export function nextLines(next: NextCommand | null, columns: number): string[] {
  return next === null ? [] : ['', wrapWords(printableText(next.why), columns), `  ${next.command}`];
}
