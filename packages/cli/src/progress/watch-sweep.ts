import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepView, ViewedTrial } from '@forge-ml/core/sweeps';
import { RunningTrials } from '../actions/sweep/running-trials.js';
import { renderSweepStatus } from '../render/sweep/sweep-status.js';
import { renderTrialLine } from '../render/sweep/trial-line.js';
import { colorsFor } from '../terminal/colors.js';
import { toJson } from '../terminal/json.js';
import { onLiveScreen } from './live-screen.js';

type ReadView = () => Promise<SweepView>;

/** Whether nothing changes any more, unless it is resumed. */
function isOver({ status, counts }: SweepView): boolean {
  return status === 'completed' || (status !== 'running' && counts.running === 0);
}

/**
 * Shows the state of a sweep until it has ended, or until q is pressed.
 * @param interrupted called for Ctrl-C, which a terminal sends as a key meanwhile
 */
export async function watchSweepOnTerminal(read: ReadView, everyMs: number, interrupted: () => void): Promise<void> {
  const running = new RunningTrials();
  let view = await read();
  let steps = await running.look(view);
  const lines = ({ columns, rows }: { readonly columns: number; readonly rows: number }) => {
    const screen = { colors: colorsFor(process.stdout), columns, rows: rows - 1, steps, next: null };
    return renderSweepStatus(view, { ...screen, ...(isOver(view) ? {} : { footer: 'q quits' }) });
  };
  await onLiveScreen(lines, interrupted, async ({ quit, draw }) => {
    for (;;) {
      draw();
      if (isOver(view) || quit.aborted) return;
      await sleep(everyMs, undefined, { signal: quit }).catch(() => undefined);
      if (quit.aborted) return;
      view = await read();
      steps = await running.look(view);
    }
  });
}

/** Prints a line for each trial whose state changes, until the sweep has ended. */
export async function watchSweepAsLines(read: ReadView, everyMs: number, isJson: boolean): Promise<void> {
  const known = new Map<number, ViewedTrial['state']>();
  for (;;) {
    const view = await read();
    for (const trial of view.trials) {
      if (known.get(trial.trial) === trial.state) continue;
      known.set(trial.trial, trial.state);
      const best = view.best.includes(trial.trial);
      const line = isJson
        ? toJson({ ...trial, best }, 0)
        : renderTrialLine({ ...trial, best }, view.sweep, colorsFor(process.stdout));
      process.stdout.write(`${line}\n`);
    }
    if (isOver(view)) return;
    await sleep(everyMs);
  }
}
