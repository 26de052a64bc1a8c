import { shellWord } from '@forge-ml/core/text';
import type { TableRow } from '../../../protocol/table.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Remark } from './remark.js';
import { Tags } from './tags.js';

/** Why a run ended as it did, how it goes on, its tags and its note. */
export function Remarks({ row, isCursor }: { readonly row: TableRow; readonly isCursor: boolean }) {
  const { status, reason, tags, note } = row;
  const command = nextCommand(row);
  const isBroken = status === 'failed' || status === 'crashed' || status === 'damaged';
  return (
    <div class="remarks">
      {command !== undefined && <CopyButton {...command} />}
      <Tags tags={tags} />
      {(isBroken || status === 'stopped') && reason !== null && (
        <Remark text={reason} class={isBroken ? 'broken' : ''} isReachable={isCursor} />
      )}
      {note !== '' && <Remark text={note} class="muted" isReachable={isCursor} />}
    </div>
  );
}

/** The command that resumes or checks a run, to copy. */
export function nextCommand({ status, label }: Pick<TableRow, 'status' | 'label'>) {
  // With several folders a label starts with the name of one.
  const run = shellWord(label.split('/').slice(-2).join('/'));
  if (status === 'damaged') {
    return { label: 'check', text: `forge runs verify ${run}`, what: `the command that checks ${label}` };
  }
  if (status !== 'crashed' && status !== 'failed' && status !== 'stopped') return undefined;
  return { label: 'resume', text: `forge train --resume ${run}`, what: `the command that resumes ${label}` };
}
