import { exponentialMean } from '../curves/exponential-mean.js';
import { IndexedValues } from './drawn-values.js';
import { NumberColumn } from './number-column.js';

/** How many averages are kept: of the weight that is shown, and of the one before. */
const kept = 2;

/** Exponential averages of all values of a series, which grow with it. Those of the last weights are kept. */
export class SmoothedValues {
  private readonly byWeight = new Map<number, { readonly mean: (value: number) => number; values: IndexedValues }>();

  constructor(private readonly values: NumberColumn) {}

  of(weight: number): IndexedValues {
    const known = this.byWeight.get(weight) ?? {
      mean: exponentialMean(weight),
      values: new IndexedValues(new NumberColumn('float64')),
    };
    // The last in the map was asked for last.
    this.byWeight.delete(weight);
    this.byWeight.set(weight, known);
    const [oldest] = this.byWeight.keys();
    if (this.byWeight.size > kept) this.byWeight.delete(oldest!);
    const averages = known.values.values;
    for (let at = averages.length; at < this.values.length; at++) averages.push(known.mean(this.values.at(at)));
    return known.values;
  }
}
