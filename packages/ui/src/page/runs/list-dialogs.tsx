import type { Signal } from '@preact/signals';
import type { TableField } from '../../protocol/table.js';
import type { ChosenColumns } from './columns/choose-columns.js';
import { ColumnDialog } from './columns/column-dialog.js';
import { EditDialog } from './edit/edit-dialog.js';
import { TrashDialog } from './edit/trash-dialog.js';
import type { ListDialog } from './list-dialog.js';
import { select, selection } from './state/selection.js';

interface ListDialogsProps {
  readonly dialog: Signal<ListDialog>;
  readonly fields: readonly TableField[];
  readonly shown: ChosenColumns;
  readonly areColumnsChosen: boolean;
  /** Runs were changed. */
  readonly onChanged: () => void;
}

/** The dialog that is open over the list. */
export function ListDialogs({ dialog, fields, shown, areColumnsChosen, onChanged }: ListDialogsProps) {
  const close = () => {
    dialog.value = undefined;
  };
  const open = dialog.value;
  if (open === undefined) return null;
  if (open.kind === 'columns') {
    return <ColumnDialog fields={fields} shown={shown} areChosen={areColumnsChosen} onClose={close} />;
  }
  if (open.kind === 'edit') return <EditDialog row={open.row} onSaved={onChanged} onClose={close} />;
  const removed = (runs: readonly string[]) => {
    select([...selection.value].filter((run) => !runs.includes(run)));
    onChanged();
  };
  return <TrashDialog runs={[...selection.value]} onRemoved={removed} onClose={close} />;
}
