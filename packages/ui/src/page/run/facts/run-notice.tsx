import { printableText } from '@forge-ml/core/text';
import type { RunCommand, RunView } from '../../../protocol/run-view.js';
import { Command } from './command-list.js';
import { noticeOf } from './notice-of.js';

/** What is wrong with a run, and the command that continues or checks it. */
export function RunNotice({ run }: { readonly run: RunView }) {
  const notice = noticeOf(run);
  if (notice === null) return null;
  const { message, hint, command } = notice;
  return (
    <div class="run-notice" role="status">
      <p>{printableText(message)}</p>
      {hint !== null && <p class="muted">{printableText(hint)}</p>}
      {command !== null && <Command {...(command satisfies RunCommand)} />}
    </div>
  );
}
