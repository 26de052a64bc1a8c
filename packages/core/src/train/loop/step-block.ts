import type { Stats, TrainSession } from '../../backend/backend.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { ReadAhead } from './read-ahead.js';

/** An update that is to be done, and what is to be done after it. */
export interface PlannedStep {
  readonly batch: Batch;
  readonly reports: boolean;
  readonly saves: boolean;
}

/**
 * The updates to ask for at once: as many as the session can fuse and as there are batches for already, up to the first
 * after which someone looks at its state (`isLookedAt`), and of one shape.
 * @param plan asked once for each update, in order
 */
export function takeBlock(
  batches: ReadAhead,
  most: number,
  plan: (batch: Batch, index: number) => PlannedStep,
  isLookedAt: (planned: PlannedStep, index: number) => boolean,
): PlannedStep[] {
  const block: PlannedStep[] = [];
  for (let batch = batches.next; batch !== undefined; batch = batches.next) {
    const last = block.at(-1);
    if (last !== undefined) {
      if (block.length >= most || isLookedAt(last, block.length - 1) || !sameShapes(last.batch, batch)) break;
    }
    block.push(plan(batch, block.length));
    batches.take();
  }
  return block;
}

/**
 * Asks for the block's updates, the first of which is number `step`: their numbers, in order.
 * @param readAll whether all numbers are wanted, not only those of steps that are reported or saved
 */
export function runBlock(
  session: TrainSession,
  block: readonly PlannedStep[],
  step: number,
  readAll: boolean,
): readonly Stats[] | Promise<readonly Stats[]> {
  const wanted = readAll || block.some(({ reports, saves }) => reports || saves);
  if (block.length > 1 && session.fused !== undefined) {
    return session.fused.steps(
      block.map(({ batch }) => batch),
      { step, metrics: wanted },
    );
  }
  const stats = session.step(block[0]!.batch, { step, metrics: wanted });
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
