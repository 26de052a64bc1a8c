import { messageOf } from '@forge-ml/core/flags';
import type { SweepHooks } from '@forge-ml/core/sweeps';
import { formatDuration, printableText } from '@forge-ml/core/text';
import { colorsFor } from '../terminal/colors.js';

/** Hooks that print a line for what the user should know. */
export function noticeHooks(
  print: (line: string) => void,
): Pick<SweepHooks, 'onRetry' | 'onLauncherFailure' | 'onWarning'> {
  const warn = (text: string) => print(`${colorsFor(process.stdout).yellow('Warning:')} ${printableText(text)}`);
  return {
    onRetry: ({ trial, reason }) => warn(`trial ${trial} is trained again: ${reason}`),
    onLauncherFailure: ({ error, seconds }) =>
      warn(`${messageOf(error)} The next attempt is in ${formatDuration(seconds)}.`),
    onWarning: warn,
  };
}
