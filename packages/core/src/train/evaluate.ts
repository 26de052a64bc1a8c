import type { Stats, TrainSession } from '../backend/backend.js';
import { batchSizeOf } from '../backend/tensor-data.js';
import type { BatchDataset } from '../data/dataset.js';

/** Stats averaged over one pass of a dataset, each batch counting by its size. */
export async function evaluate(session: TrainSession, dataset: BatchDataset): Promise<Stats> {
  const sums: Record<string, number> = {};
  let examples = 0;
  const batches = dataset.read({ epoch: 0, skip: 0 });
  for (let next = await batches.next(); !next.done; next = await batches.next()) {
    const size = batchSizeOf(next.value);
    const stats = await session.evaluate(next.value);
    for (const name in stats) sums[name] = (sums[name] ?? 0) + stats[name]! * size;
    examples += size;
    // Evaluating is work of the same kind as training: signals and timers must get their turn here too.
    await new Promise(setImmediate);
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / examples]));
}
