import type { RunCommand, RunView } from '../../../protocol/run-view.js';

export interface Notice {
  readonly message: string;
  readonly hint: string | null;
  readonly command: RunCommand | null;
}

type Noticed = Pick<RunView, 'status' | 'reason' | 'damage' | 'commands' | 'step'>;

/** What a person must know before anything else about a run: null if nothing is wrong. */
export function noticeOf({ status, reason, damage, commands, step }: Noticed): Notice | null {
  const command = (title: RegExp) => commands.find((item) => title.test(item.title)) ?? null;
  if (damage !== null) return { ...damage, command: command(/check|verify/i) };
  const resume = command(/resume/i);
  if (status === 'crashed') {
    const message = `The run crashed after step ${step}: ${reason ?? 'its process is gone, and it left no reason'}.`;
    return { message: oneStop(message), hint: null, command: resume };
  }
  if (status === 'failed') {
    const message = `The run failed at step ${step}: ${reason ?? 'it left no reason'}.`;
    return { message: oneStop(message), hint: null, command: resume };
  }
  return null;
}

/** A reason may be a sentence with its own full stop. */
function oneStop(message: string): string {
  return message.replace(/[.!?]\.$/, (end) => end[0]!);
}
