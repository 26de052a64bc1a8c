import { formatCount, formatDuration } from '@forge-ml/core/text';
import type { SweepPage, SweepTrial } from '../../protocol/sweep-page.js';
import type { ShownStatus } from '../../protocol/table.js';

export const states: readonly SweepTrial['state'][] = [
  'running',
  'waiting',
  'paused',
  'completed',
  'stopped',
  'failed',
];

/** `12 completed, 3 stopped, 1 failed` */
export function countsText(counts: SweepPage['counts']): string {
  return states.flatMap((state) => (counts[state] > 0 ? [`${formatCount(counts[state])} ${state}`] : [])).join(', ');
}

/** What is left of the budget, and how long it takes; empty when nothing is left. */
export function remainingText({ remaining: { trials, steps, hours, seconds } }: Pick<SweepPage, 'remaining'>): string {
  const parts = [
    ...(trials === null || trials <= 0 ? [] : [`${formatCount(trials)} ${trials === 1 ? 'trial' : 'trials'}`]),
    ...(steps === null || steps <= 0 ? [] : [`${formatCount(steps)} steps`]),
    ...(hours === null || hours <= 0 ? [] : [formatDuration(hours * 3600)]),
  ];
  if (parts.length === 0) return '';
  return `${parts.join(', ')} left${seconds === null ? '' : `, about ${formatDuration(seconds)}`}`;
}

/** A shape for each state, so that color is not needed to tell them apart. */
export const stateShapes: Readonly<Record<SweepTrial['state'], string>> = {
  ...{ waiting: '○', running: '●', paused: '‖', completed: '✓', stopped: '◼', failed: '✕' },
};

/** How a sweep is shown: as a run would be. */
export const sweepStatus: Readonly<Record<SweepPage['status'] | 'damaged', ShownStatus>> = {
  ...{ running: 'running', unattended: 'crashed', stopped: 'stopped', completed: 'completed', damaged: 'damaged' },
};
