import { resolve } from 'node:path';
import { shellCommand } from '../../text/shell-command.js';
import type { SweepView } from './sweep-view.js';

/** What to type next, and why. */
export interface NextCommand {
  readonly why: string;
  readonly command: string;
}

/** The command that continues a sweep; null where one works on it. */
export function nextCommand(view: SweepView, results: string): NextCommand | null {
  const { status, controller, counts } = view;
  const where = placeOf(results);
  const resume = shellCommand(['forge', 'sweep', '--resume', view.sweep.name, ...where]);
  if (status === 'completed') {
    const command = shellCommand(['forge', 'sweep', 'add', view.sweep.name, '--trials', '20', ...where]);
    return { why: 'To try more:', command };
  }
  if (status === 'stopped') return { why: 'To continue:', command: resume };
  if (status === 'unattended') {
    const jobs = counts.running === 0 ? '' : ' Trials that run go on.';
    return { why: `No controller works on it, so no new trial starts.${jobs} To continue:`, command: resume };
  }
  if (controller?.alive !== undefined) return null;
  const host = controller === null ? 'another host' : `the host ${controller.process.host}`;
  return { why: `Its controller is on ${host}. If that has ended:`, command: resume };
}

/** The flag that names the results folder, where it is not the default one. */
export function placeOf(results: string): string[] {
  return results === resolve('results') ? [] : ['--results-dir', results];
}
