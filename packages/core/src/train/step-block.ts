import type { Stats, TrainSession } from '../backend/backend.js';
import type { Batch } from '../backend/tensor-data.js';
import type { Reader } from '../data/dataset.js';

/** An update that is to be done, and what is to be done after it. */
export interface PlannedStep {
  readonly batch: Batch;
  readonly reports: boolean;
  readonly saves: boolean;
}

/**
 * Reads the batches of the updates to ask for at once, which are as many as the session can fuse: up to the first
 * after which someone looks at its state (`endsAfter`), and of one shape.
 * @param first what has been read already
 * @param plan asked once for each update, in order
 * @returns the block, and the batch that was read beyond it, if one was: null where that is still to be read
 */
export async function readBlock(
  batches: Reader<Batch>,
  first: Batch,
  most: number,
  plan: (batch: Batch, index: number) => PlannedStep,
  endsAfter: (planned: PlannedStep, index: number) => boolean,
): Promise<{ block: PlannedStep[]; beyond: IteratorResult<Batch, unknown> | null }> {
  const block = [plan(first, 0)];
  while (block.length < most && !endsAfter(block.at(-1)!, block.length - 1)) {
    const read = batches.next();
    const next = read instanceof Promise ? await read : read;
    if (next.done === true || !sameShapes(first, next.value)) return { block, beyond: next };
    block.push(plan(next.value, block.length));
  }
  return { block, beyond: null };
}

/** Asks for the block's updates, the first of which is number `step`: their numbers, in order. */
export function runBlock(
  session: TrainSession,
  block: readonly PlannedStep[],
  step: number,
): readonly Stats[] | Promise<readonly Stats[]> {
  const wanted = block.some(({ reports, saves }) => reports || saves);
  if (block.length > 1 && session.fused !== undefined) {
    return session.fused.steps(
      block.map(({ batch }) => batch),
      { step, wanted },
    );
  }
  const stats = session.step(block[0]!.batch, { step, wanted });
  return stats instanceof Promise ? stats.then((numbers) => [numbers]) : [stats];
}

function sameShapes(a: Batch, b: Batch): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [one, other] = [a[name]!, b[name]];
      return other !== undefined && one.dtype === other.dtype && String(one.shape) === String(other.shape);
    })
  );
}
