import type { MergingAccumulator } from './parts/accumulator.js';
import { type ExactSum, errorOfProduct, ratioOf } from './parts/exact-sum.js';
import { type ArrayOptions, arrayOptions, checkMetricOptions } from './parts/metric-options.js';
import { sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';
import { forEachPair } from './regression.js';

/** Keys: how many examples, their weight, and of each column three sums. */
const [countKey, weightKey] = [-2, -3] as const;
const [errorKey, targetKey, squareKey] = [0, 1, 2] as const;

/**
 * The coefficient of determination: 1 - (sum of squared errors) / (sum of squared differences from the mean target). As
 * scikit-learn's `r2_score`: the mean over columns; for targets that are all equal, 1 if there is no error and else 0;
 * NaN for fewer than two examples. Computed without cancellation, however far the targets are from 0.
 */
export function r2(options: ArrayOptions = {}): MergingAccumulator<SumTable> {
  checkMetricOptions('r2', options, arrayOptions);
  return sumAccumulator({
    direction: 'max',
    add(sums, batch, outputs, context) {
      forEachPair(options, batch, outputs, context, (column, target, prediction, weight) => {
        if (column === 0) {
          sums.at(countKey).add(1);
          sums.at(weightKey).add(weight);
        }
        const error = prediction - target;
        sums.at(3 * column + errorKey).add(weight * (error * error));
        addExactly(sums.at(3 * column + targetKey), sums.at(3 * column + squareKey), target, weight);
      });
    },
    result(sums) {
      if (sums.value(countKey) < 2) return Number.NaN;
      const columns = sums.keys.filter((key) => key >= 0).length / 3;
      let total = 0;
      for (let column = 0; column < columns; column++) total += ofColumn(sums, column);
      return total / columns;
    },
  });
}

/** Adds `weight × target` and `weight × target²` without rounding. */
function addExactly(targets: ExactSum, squares: ExactSum, target: number, weight: number): void {
  const product = weight * target;
  const rest = weight === 1 ? 0 : errorOfProduct(weight, target, product);
  targets.add(product);
  targets.add(rest);
  squares.addProduct(product, target);
  if (rest !== 0) squares.addProduct(rest, target);
}

function ofColumn(sums: SumTable, column: number): number {
  const units = [errorKey, targetKey, squareKey].map((key) => sums.at(3 * column + key).units);
  const [errors, targets, squares] = units;
  const weight = sums.at(weightKey).units;
  if (errors === undefined || targets === undefined || squares === undefined || weight === undefined) return Number.NaN;
  // Both are multiplied by the sum of the weights.
  const spread = weight * squares - targets * targets;
  if (spread <= 0n) return errors === 0n ? 1 : 0;
  return 1 - ratioOf(errors * weight, spread);
}
