import type { CurveAxis, MetricValue } from '../curves/curve.js';
import type { RunTimes } from './curve-view.js';
import type { Places } from './downsample.js';
import { NumberColumn } from './number-column.js';

export const columnNames = ['step', 'epoch', 'time', 'value'] as const;

/** The values of a metric, with their steps, epochs and times, in the order of the file. */
export class SeriesColumns {
  constructor(
    readonly step = new NumberColumn('uint16'),
    readonly epoch = new NumberColumn('uint16'),
    readonly time = new NumberColumn('uint32'),
    readonly value = new NumberColumn('float64'),
  ) {}

  get length(): number {
    return this.value.length;
  }

  push(step: number, epoch: number, time: number, value: number): void {
    this.step.push(step);
    this.epoch.push(epoch);
    this.time.push(time);
    this.value.push(value);
  }

  at(position: number): MetricValue {
    const { step, epoch, time, value } = this;
    return { step: step.at(position), epoch: epoch.at(position), time: time.at(position), value: value.at(position) };
  }

  /** The places of the values on an axis. */
  places(axis: CurveAxis, { stepsPerEpoch, origin }: RunTimes): Places {
    const column = this.placedBy(axis, stepsPerEpoch);
    if (axis === 'time') return placesOf(column, (time) => (time - origin) / 1000);
    if (axis === 'epoch' && stepsPerEpoch !== undefined) return placesOf(column, (step) => step / stepsPerEpoch);
    return column;
  }

  /** Whether no place is before the one of an earlier value. */
  isAscending(axis: CurveAxis, { stepsPerEpoch }: RunTimes): boolean {
    return this.placedBy(axis, stepsPerEpoch).isAscending;
  }

  private placedBy(axis: CurveAxis, stepsPerEpoch: number | undefined): NumberColumn {
    if (axis === 'time') return this.time;
    return axis === 'epoch' && stepsPerEpoch === undefined ? this.epoch : this.step;
  }
}

function placesOf(column: NumberColumn, place: (number: number) => number): Places {
  return { length: column.length, at: (position) => place(column.at(position)) };
}
