import type { MergingAccumulator } from './accumulator.js';
import { SumTable } from './sum-table.js';

/** The key that counts examples with a NaN: where there is one, the metric is NaN. */
export const nanKey = -1;

type Parts<Result> = Pick<MergingAccumulator<SumTable, Result>, 'direction' | 'add' | 'result'>;

/** An accumulator whose whole state is sums. */
export function sumAccumulator<Result>(parts: Parts<Result>): MergingAccumulator<SumTable, Result> {
  return {
    ...parts,
    start: () => new SumTable(),
    toJson: (sums) => sums.state,
    fromJson: SumTable.from,
    merge: (sums, other) => sums.merge(other),
  };
}
