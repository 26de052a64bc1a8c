import type { JobResult } from '@forge-ml/core/cli';
import { formatDuration, printable } from '@forge-ml/core/text';
import type { Colors } from '../terminal/colors.js';

/** The last line of a job: how it ended, and what happens next. */
export function renderJobEnd(result: JobResult, colors: Colors): string {
  const { status, reason, step, seconds, again } = printable(result);
  const after = `at step ${step} after ${formatDuration(seconds)}`;
  const because = reason === null ? '' : `: ${reason}`;
  switch (status) {
    case 'completed':
      return `${colors.green('Completed')} ${after}${because || '.'}`;
    case 'paused':
      return `${colors.green('Paused')} ${after}; it may go on later.`;
    case 'interrupted':
      return `${colors.yellow('Interrupted')} ${after}${because}. It was saved${again === undefined ? '' : `, and ${again}`}.`;
    case 'superseded':
      return `${colors.yellow('Nothing to do')}: a later attempt has replaced this job.`;
    case 'failed':
      return `${colors.red('Failed')} ${after}${because}`;
    case 'refused':
      return `${colors.red('Not started')}${because}`;
  }
}

/** What a job prints at a signal. */
export function renderJobStopping(signal: string, colors: Colors): string {
  return `${colors.yellow('Stopping')} after this step and saving, because of ${signal}.`;
}
