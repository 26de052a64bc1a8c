import type { Direction } from '../../../metrics/metric-direction.js';
import { lossesOf } from '../../objective/losses.js';
import { isActive } from '../../space/conditions.js';
import type { ParameterValues } from '../../space/space.js';
import type { TrialOutcome } from '../sampler.js';
import { Column } from './column.js';
import type { SpaceAxis } from './groups.js';

export interface KnownTrial {
  readonly trial: number;
  /** `ignored`: it failed, or has a value that the space does not contain. */
  readonly state: 'running' | 'paused' | 'completed' | 'ignored';
  /** Null unless measured. */
  readonly losses: readonly number[] | null;
  readonly trained: number | null;
}

/** What is known of all trials, in the order of their numbers. */
export class History {
  readonly trials: KnownTrial[] = [];
  readonly columns: readonly Column[];
  /** The number of completed and paused trials. */
  finished = 0;
  readonly #axes: readonly SpaceAxis[];
  readonly #directions: readonly Direction[];

  constructor(axes: readonly SpaceAxis[], directions: readonly Direction[]) {
    this.#axes = axes;
    this.#directions = directions;
    this.columns = axes.map(({ axis }) => new Column(axis));
  }

  tell({ trial, parameters, state, values, trained }: TrialOutcome): void {
    const points = this.#pointsOf(parameters);
    const losses = values === null ? null : lossesOf(values, this.#directions);
    const isKnown = state !== 'failed' && points !== null && (state !== 'completed' || losses !== null);
    const known: KnownTrial = { trial, state: isKnown ? state : 'ignored', losses, trained };
    this.#put(known, points ?? this.#axes.map(() => Number.NaN));
  }

  #put(known: KnownTrial, points: readonly number[]): void {
    const row = this.#rowAt(known.trial);
    const before = this.trials[row]?.trial === known.trial ? this.trials[row] : undefined;
    this.finished += Number(isFinished(known)) - Number(before !== undefined && isFinished(before));
    if (row === this.trials.length) {
      this.trials.push(known);
      for (const [at, column] of this.columns.entries()) column.append(row, points[at]!);
      return;
    }
    const isNew = before === undefined;
    const isEqual = !isNew && this.columns.every((column, at) => Object.is(column.points[row], points[at]));
    this.trials.splice(row, isNew ? 0 : 1, known);
    if (isEqual) return;
    // Rare: a trial in between, or other parameters than before.
    for (const [at, column] of this.columns.entries()) {
      const all: number[] = Array.from(column.points.subarray(0, this.trials.length - (isNew ? 1 : 0)));
      all.splice(row, isNew ? 0 : 1, points[at]!);
      column.rebuild(all);
    }
  }

  /** The first row whose trial has this number or a higher one. */
  #rowAt(trial: number): number {
    let [low, high] = [0, this.trials.length];
    if (high > 0 && this.trials[high - 1]!.trial < trial) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.trials[middle]!.trial < trial) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The point of each active parameter, NaN for the others; null if a value is missing or outside the space. */
  #pointsOf(parameters: ParameterValues): number[] | null {
    const points: number[] = [];
    for (const { name, when, axis } of this.#axes) {
      const isUsed = isActive({ when }, parameters);
      const point = isUsed ? axis.point(parameters[name]) : Number.NaN;
      if (isUsed && Number.isNaN(point)) return null;
      points.push(point);
    }
    return points;
  }
}

function isFinished({ state }: KnownTrial): boolean {
  return state === 'completed' || state === 'paused';
}
