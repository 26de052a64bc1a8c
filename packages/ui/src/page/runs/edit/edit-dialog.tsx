import { useSignal } from '@preact/signals';
import type { TableRow } from '../../../protocol/table.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { formatTags, parseTags } from '../../parts/tags-text.js';
import { useSource } from '../../source/use-source.js';

interface EditDialogProps {
  readonly row: TableRow;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** The name, tags and note of a run. What was written stays if it cannot be saved. */
export function EditDialog({ row, onSaved, onClose }: EditDialogProps) {
  const source = useSource();
  const error = useSignal<unknown>(undefined);
  const name = useSignal(row.name);
  const tags = useSignal(formatTags(row.tags));
  const note = useSignal(row.note);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await source.annotate({ run: row.id, name: name.value.trim(), tags: parseTags(tags.value), note: note.value });
      onSaved();
      onClose();
    } catch (reason) {
      error.value = reason;
    }
  };
  return (
    <Dialog title={`Edit ${row.label}`} onClose={onClose}>
      <form class="edit-form" onSubmit={(event) => void save(event)}>
        <label>
          Name
          <input
            class="text-input"
            value={name.value}
            onInput={({ currentTarget }) => (name.value = currentTarget.value)}
          />
        </label>
        <label>
          Tags, separated by commas or spaces
          <input
            class="text-input"
            value={tags.value}
            onInput={({ currentTarget }) => (tags.value = currentTarget.value)}
          />
        </label>
        <label>
          Note
          <textarea
            class="text-input"
            rows={4}
            value={note.value}
            onInput={({ currentTarget }) => (note.value = currentTarget.value)}
          />
        </label>
        {error.value !== undefined && <ErrorProblem error={error.value} />}
        <div class="dialog-end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
