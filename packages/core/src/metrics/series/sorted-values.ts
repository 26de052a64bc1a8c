import type { Places } from './downsample.js';
import { IndexedValues } from './drawn-values.js';
import { NumberColumn } from './number-column.js';

/**
 * Values by their places on an axis, where the file has them in another order: written by hand, or with a clock that was
 * set back. Sorted again when the series has grown.
 */
export class SortedValues implements Places {
  private readonly order: Uint32Array;
  private readonly sorted: Float64Array;
  readonly values: IndexedValues;
  private arranged: { readonly from: IndexedValues; readonly to: IndexedValues } | undefined;

  constructor(places: Places, values: NumberColumn) {
    const unsorted = Float64Array.from({ length: places.length }, (_, at) => places.at(at));
    // Stable: values at one place stay in the order of the file.
    this.order = Uint32Array.from(unsorted.keys()).sort((a, b) => unsorted[a]! - unsorted[b]! || a - b);
    this.sorted = Float64Array.from(this.order, (at) => unsorted[at]!);
    this.values = new IndexedValues(this.inOrder(values));
  }

  get length(): number {
    return this.sorted.length;
  }

  at(position: number): number {
    return this.sorted[position]!;
  }

  /** Other values of the series in this order. */
  arrange(from: IndexedValues): IndexedValues {
    if (this.arranged?.from !== from) this.arranged = { from, to: new IndexedValues(this.inOrder(from.values)) };
    return this.arranged.to;
  }

  private inOrder(values: NumberColumn): NumberColumn {
    const column = new NumberColumn('float64');
    for (const at of this.order) column.push(values.at(at));
    return column;
  }
}
