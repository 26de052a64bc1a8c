import type { CheckpointInfo } from '../../checkpoint/store/checkpoint-store.js';
import type { DataPosition } from '../../checkpoint/store/train-state.js';
import { ForgeError } from '../../errors/forge-error.js';
import { toKebab } from '../../text/flag-names.js';
import { type BatchOrder, orderOf } from '../prepare/batch-order.js';
import type { ReopenedRun } from '../prepare/prepared-run.js';

/**
 * The position in the training data at which a resumed run continues. It counts batches: if their size, number or order
 * changes within an epoch, data would be skipped or used twice.
 * @param info the checkpoint that was restored
 * @param order the order of the batches now; null where it is unknown
 * @throws ForgeError OVERRIDE_MID_EPOCH where other flags or code have changed the batches within an epoch
 */
export function resumePosition(
  info: CheckpointInfo,
  order: BatchOrder | null,
  { folder, changed, restartEpoch }: Pick<ReopenedRun, 'folder' | 'changed' | 'restartEpoch'>,
): DataPosition {
  const { epoch, batch } = info.data;
  const isChanged = changed.flags.length > 0 || changed.code;
  if (batch === 0 || (!isChanged && !restartEpoch)) return info.data;
  const before = orderOf(info);
  // At the end of an epoch the next one may be different.
  if (before !== undefined && before.length !== null && batch >= before.length) return { epoch: epoch + 1, batch: 0 };
  if (restartEpoch) return { epoch, batch: 0 };
  if (before !== undefined && order !== null && before.length === order.length && before.first === order.first) {
    return info.data;
  }
  const label = `${folder.experiment}/${folder.number}`;
  const what = changed.flags.length > 0 ? changed.flags.map((name) => `--${toKebab(name)}`).join(', ') : 'Other code';
  throw new ForgeError(
    'OVERRIDE_MID_EPOCH',
    `${what} would change the training batches of ${label} in the middle of epoch ${epoch}, after batch ${batch}.`,
    {
      about: changed.flags[0] ?? 'codeFrom',
      hint: 'Add --restart-epoch to train on that epoch from its first batch, or omit the change.',
    },
  );
}
