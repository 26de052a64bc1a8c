import { Extremes } from './extremes.js';
import { Gaps } from './gaps.js';
import type { NumberColumn } from './number-column.js';
import { PositionList } from './position-list.js';

/** The names of the values that are not finite. */
export const notFiniteKinds = ['NaN', 'Infinity', '-Infinity'] as const;
export type NotFinite = (typeof notFiniteKinds)[number];

/** The values of a line that an axis can show: what is lowest and highest in a range, and where gaps are. */
export class DrawnValues {
  readonly gaps = new Gaps();
  readonly extremes: Extremes;
  private done = 0;

  /** @param above the axis shows the finite values above it */
  constructor(
    readonly values: NumberColumn,
    private readonly above: number,
  ) {
    this.extremes = new Extremes(values, above);
  }

  /** Looks at values that were appended. */
  grow(): this {
    const { floats, length } = this.values;
    if (this.done === length) return this;
    const { above } = this;
    for (let at = this.done; at < length; at++) {
      const value = floats[at]!;
      if (!(value > above && value < Number.POSITIVE_INFINITY)) this.gaps.add(at);
    }
    this.done = length;
    this.extremes.grow();
    return this;
  }
}

/** Values in the order of the axis, prepared for drawing when it is asked for. */
export class IndexedValues {
  private readonly finite: DrawnValues;
  private positive: DrawnValues | undefined;
  private readonly notFinite = new Map(notFiniteKinds.map((kind) => [kind, new PositionList()]));
  private done = 0;

  constructor(readonly values: NumberColumn) {
    this.finite = new DrawnValues(values, Number.NEGATIVE_INFINITY);
  }

  /** The values that an axis shows: on a logarithmic one only those above 0. */
  shown(log: boolean): DrawnValues {
    const finite = this.finite.grow();
    if (!log) return finite;
    const { lowest } = finite.extremes.inRange(0, this.values.length);
    if (this.positive === undefined && (lowest < 0 || this.values.at(lowest) > 0)) return finite;
    this.positive ??= new DrawnValues(this.values, 0);
    return this.positive.grow();
  }

  /** Where the values that are not finite are, by their kind. */
  notFinitePositions(): ReadonlyMap<NotFinite, PositionList> {
    const { floats, length } = this.values;
    // Gaps say whether there are any.
    if (this.finite.grow().gaps.isEmpty) this.done = length;
    for (; this.done < length; this.done++) {
      const value = floats[this.done]!;
      if (!Number.isFinite(value)) this.notFinite.get(String(value) as NotFinite)!.push(this.done);
    }
    return this.notFinite;
  }
}
