import { shellWord } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import type { RunId } from '../../../protocol/overview.js';
import { CommandText } from '../../parts/command-text.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { useSource } from '../../source/use-source.js';

interface TrashDialogProps {
  readonly runs: readonly RunId[];
  readonly onRemoved: (runs: readonly RunId[]) => void;
  readonly onClose: () => void;
}

const mostNamed = 5;

/** Moves runs to the trash, and says how they come back. */
export function TrashDialog({ runs, onRemoved, onClose }: TrashDialogProps) {
  const source = useSource();
  const error = useSignal<unknown>(undefined);
  const names = runs.map((id) => id.split('/').slice(-2).join('/'));
  const named = names.slice(0, mostNamed).map(shellWord).join(' ');
  const restore = `forge runs restore ${named}${names.length > mostNamed ? ' …' : ''}`;
  const remove = async () => {
    try {
      const { removed, failed } = await source.trash(runs);
      onRemoved(removed);
      if (failed.length === 0) onClose();
      else error.value = new Error(failed.map(({ run, message }) => `${run}: ${message}`).join('\n'));
    } catch (reason) {
      error.value = reason;
    }
  };
  return (
    <Dialog
      title={runs.length === 1 ? `Move ${names[0]} to the trash?` : `Move ${runs.length} runs to the trash?`}
      onClose={onClose}
    >
      <p>
        {runs.length > 1 && `${names.slice(0, mostNamed).join(', ')}${names.length > mostNamed ? ' and others' : ''}. `}
        Their files stay on the disk until the trash is emptied. To restore them:
      </p>
      <p class="command">
        <CommandText command={restore} /> <CopyButton text={restore} what="the command" />
      </p>
      {error.value !== undefined && <ErrorProblem error={error.value} />}
      <div class="dialog-end">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" onClick={() => void remove()}>
          Move to trash
        </button>
      </div>
    </Dialog>
  );
}
