import type { RunView } from '../../../protocol/run-view.js';

type Progress = Pick<RunView, 'status' | 'step' | 'totalSteps' | 'seconds'>;

/** How much of its steps a run has done, from 0 to 1; null if it is unknown how many there are. */
export function doneShare({ step, totalSteps }: Progress): number | null {
  return totalSteps === null || totalSteps <= 0 ? null : Math.min(1, step / totalSteps);
}

/** Seconds until a run that trains has done its last step, as fast as until now; null if that is unknown. */
export function secondsLeft({ status, step, totalSteps, seconds }: Progress): number | null {
  if (status !== 'running' || totalSteps === null || seconds === null || step <= 0 || seconds <= 0) return null;
  return (Math.max(0, totalSteps - step) * seconds) / step;
}

/** `40 s`, `12 min`, `3 h`: an estimate needs no more digits. */
export function roughDuration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
