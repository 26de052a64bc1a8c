import { Extremes } from './extremes.js';
import { Gaps } from './gaps.js';
import type { NumberColumn } from './number-column.js';
import { PositionList } from './position-list.js';

/** The names of the values that are not finite. */
export const notFiniteKinds = ['NaN', 'Infinity', '-Infinity'] as const;
export type NotFinite = (typeof notFiniteKinds)[number];

const isPositive = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;

/** The values of a line that an axis can show: what is lowest and highest in a range, and where gaps are. */
export class DrawnValues {
  readonly gaps = new Gaps();
  readonly extremes: Extremes;
  private done = 0;

  constructor(
    readonly values: NumberColumn,
    private readonly shows: (value: number) => boolean,
  ) {
    this.extremes = new Extremes(values, shows);
  }

  /** Looks at values that were appended. */
  grow(): this {
    for (; this.done < this.values.length; this.done++) {
      if (!this.shows(this.values.at(this.done))) this.gaps.add(this.done);
    }
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
    this.finite = new DrawnValues(values, Number.isFinite);
  }

  /** The values that an axis shows: on a logarithmic one only those above 0. */
  shown(log: boolean): DrawnValues {
    const finite = this.finite.grow();
    if (!log) return finite;
    const { lowest } = finite.extremes.inRange(0, this.values.length);
    if (this.positive === undefined && (lowest < 0 || this.values.at(lowest) > 0)) return finite;
    this.positive ??= new DrawnValues(this.values, isPositive);
    return this.positive.grow();
  }

  /** Where the values that are not finite are, by their kind. */
  notFinitePositions(): ReadonlyMap<NotFinite, PositionList> {
    for (; this.done < this.values.length; this.done++) {
      const value = this.values.at(this.done);
      if (!Number.isFinite(value)) this.notFinite.get(String(value) as NotFinite)!.push(this.done);
    }
    return this.notFinite;
  }
}
