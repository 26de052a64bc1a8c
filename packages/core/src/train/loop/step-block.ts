import type { Stats, StepRequest, TrainSession } from '../../backend/backend.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { ReadAhead } from './read-ahead.js';

/** A planned update, and whether it is followed by a report or a save. */
export interface PlannedStep {
  readonly batch: Batch;
  readonly reports: boolean;
  readonly saves: boolean;
}

/**
 * Takes the updates to run as one block: as many as the session can fuse and batches are available, all of one shape, up
 * to the first after which the state is needed (`endsBlock`).
 * @param plan called once for each update, in order
 */
export function takeBlock(
  batches: ReadAhead,
  most: number,
  plan: (batch: Batch, index: number) => PlannedStep,
  endsBlock: (planned: PlannedStep, index: number) => boolean,
): PlannedStep[] {
  const block: PlannedStep[] = [];
  for (let batch = batches.next; batch !== undefined; batch = batches.next) {
    const last = block.at(-1);
    if (last !== undefined) {
      if (block.length >= most || endsBlock(last, block.length - 1) || !sameShapes(last.batch, batch)) break;
    }
    block.push(plan(batch, block.length));
    batches.take();
  }
  return block;
}

/**
 * Runs a block of updates.
 * @param step updates done before the block
 * @param readAll whether to read the metrics of every step, not only of those that are reported or saved
 * @param onOutputs receives the outputs of each update, if given
 * @returns the metrics of each update, in order
 */
export function runBlock(
  session: Pick<TrainSession, 'step' | 'fused'>,
  block: readonly PlannedStep[],
  step: number,
  readAll: boolean,
  onOutputs?: StepRequest['onOutputs'],
): readonly Stats[] | Promise<readonly Stats[]> {
  const metrics = readAll || block.some(({ reports, saves }) => reports || saves);
  const request = onOutputs === undefined ? { step, metrics } : { step, metrics, onOutputs };
  if (block.length > 1 && session.fused !== undefined) {
    return session.fused.steps(
      block.map(({ batch }) => batch),
      request,
    );
  }
  const stats = session.step(block[0]!.batch, request);
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
