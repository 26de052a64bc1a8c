import type { Direction } from '../../metrics/metric-direction.js';
import { Rung } from './rung.js';
import { type HalvingShape, rungLevels, trialsInBracket } from './rung-levels.js';

interface Bracket {
  readonly levels: readonly number[];
  /** A rung for each level. */
  readonly rungs: readonly Rung[];
}

/** What may still come to the rungs. */
export interface ToCome {
  /** How many trials were asked for, and the budget of trials; Infinity for no limit. */
  readonly asked: number;
  readonly limit: number;
  /** The trials that train or wait to: their bracket, and how many rungs they reached. */
  readonly training: Iterable<{ readonly bracket: number | null; readonly rungs: number }>;
}

/**
 * The rungs of a sweep by asynchronous successive halving (ASHA: Li et al., A System for Massively Parallel Hyperparameter
 * Tuning, 2020), in one bracket or in those of Hyperband. A function of the results in their recorded order.
 */
export class Brackets {
  private readonly brackets = new Map<number | null, Bracket>();

  constructor(
    private readonly halving: HalvingShape,
    private readonly directions: readonly Direction[],
  ) {}

  /** The level a trial pauses at next; null where it trains to its limit. @param rungs how many it has reached */
  level(bracket: number | null, rungs: number): number | null {
    return this.bracket(bracket).levels[rungs] ?? null;
  }

  /** A trial reached a rung. @param open whether it may be promoted */
  reach(trial: number, bracket: number | null, rung: number, values: readonly number[], open: boolean): void {
    this.bracket(bracket).rungs[rung]?.add(trial, values, open);
  }

  /** A trial of a rung was promoted, or cannot go on. */
  close(trial: number, bracket: number | null, rung: number): void {
    this.bracket(bracket).rungs[rung]?.close(trial);
  }

  /** The trial to promote now, from the top rung down; undefined if there is none. */
  next(): number | undefined {
    for (const { rungs } of this.brackets.values()) {
      for (let at = rungs.length - 1; at >= 0; at--) {
        const trial = rungs[at]!.next(this.halving.reduction);
        if (trial !== undefined) return trial;
      }
    }
    return undefined;
  }

  /** The paused trials that cannot be promoted any more, whatever comes. */
  hopeless(coming: ToCome): number[] {
    if (coming.limit === Infinity) return [];
    const found: number[] = [];
    for (const [name, { rungs }] of this.brackets) {
      const training = [...coming.training].filter(({ bracket }) => bracket === name);
      // Of the trials below a rung, those that can still be promoted may come to it.
      let below = trialsInBracket(this.halving, name, coming.asked, coming.limit);
      rungs.forEach((rung, at) => {
        below += training.filter((trial) => trial.rungs === at).length;
        const without = rung.hopeless(this.halving.reduction, below);
        found.push(...without);
        below += rung.openTrials - without.length;
      });
    }
    return found;
  }

  private bracket(name: number | null): Bracket {
    let bracket = this.brackets.get(name);
    if (bracket === undefined) {
      const levels = rungLevels(this.halving, name ?? 0);
      bracket = { levels, rungs: levels.map(() => new Rung(this.directions)) };
      this.brackets.set(name, bracket);
    }
    return bracket;
  }
}
