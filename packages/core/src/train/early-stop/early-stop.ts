import type { Stats } from '../../backend/backend.js';
import type { JsonState } from '../../checkpoint/store/train-state.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { decodeNumber } from '../../json/json-number.js';
import { nameOfMetric } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { EvaluationObserver } from '../loop/loop-request.js';
import { type EarlyStopRequest, stopEarlyOption } from './early-stop-flags.js';

/** The owner name in a checkpoint's state. */
const owner = 'earlyStop';

/** How every reason of an early stop begins. */
export const earlyStopReason = 'early stop: ';

interface Counters {
  /** The best value; NaN before there is one. */
  readonly best: number;
  /** The step of the best value; null before there is one. */
  readonly step: number | null;
  /** Evaluations since. */
  readonly waited: number;
}

const nothingSeen: Counters = { best: Number.NaN, step: null, waited: 0 };

/**
 * Ends a run when a metric has not improved in a number of scheduled evaluations. An evaluation made only because
 * training ends does not count, so that a stop and a resume change nothing. NaN never counts as an improvement.
 */
export class EarlyStop implements EvaluationObserver {
  #counters: Counters;
  readonly #metric: string;

  /** @param state all train state that was saved; counters of another metric or direction are not used */
  constructor(
    private readonly request: EarlyStopRequest,
    private readonly direction: Direction,
    private readonly stop: (reason: string) => void,
    state: JsonState = {},
  ) {
    this.#metric = nameOfMetric(request.metric);
    this.#counters = this.#restored(state[owner]);
    this.#stopIfDue();
  }

  /** The step with the best value; null before there is one. */
  get bestStep(): number | null {
    return this.#counters.step;
  }

  get state(): JsonState {
    const { minDelta } = this.request;
    return { [owner]: { metric: this.#metric, direction: this.direction, minDelta, ...this.#counters } };
  }

  /** @throws ForgeError METRIC_INVALID where the evaluation does not report the metric */
  observe(step: number, splits: Readonly<Record<string, Stats>>): boolean {
    const { metric, restoreBest } = this.request;
    const value = splits[metric.split]?.[metric.name];
    if (value === undefined) {
      throw new ForgeError('METRIC_INVALID', `${stopEarlyOption(metric)}: the evaluation does not report it.`, {
        about: this.#metric,
        hint: `It reports ${Object.keys(splits[metric.split] ?? {}).join(', ') || 'nothing'}.`,
      });
    }
    const improved = this.#isBetter(value);
    this.#counters = improved
      ? { best: value, step, waited: 0 }
      : { ...this.#counters, waited: this.#counters.waited + 1 };
    this.#stopIfDue();
    return improved && restoreBest;
  }

  #isBetter(value: number): boolean {
    const { best, step } = this.#counters;
    if (Number.isNaN(value) || step === null) return !Number.isNaN(value);
    const { minDelta } = this.request;
    return this.direction === 'min' ? value < best - minDelta : value > best + minDelta;
  }

  #stopIfDue(): void {
    const { patience, minDelta } = this.request;
    const { best, step, waited } = this.#counters;
    if (waited < patience) return;
    const evaluations = `in ${waited} evaluation${waited === 1 ? '' : 's'}`;
    const by = minDelta === 0 ? '' : ` by ${minDelta}`;
    const what =
      step === null
        ? `${this.#metric} was NaN ${evaluations}`
        : `${this.#metric} did not improve on ${shown(best)} (step ${step})${by} ${evaluations}`;
    this.stop(`${earlyStopReason}${what}`);
  }

  #restored(saved: unknown): Counters {
    if (!isObject(saved) || saved.metric !== this.#metric || saved.direction !== this.direction) return nothingSeen;
    const best = decodeNumber(saved.best);
    const { step, waited } = saved;
    if (best === undefined || !(step === null || Number.isSafeInteger(step)) || !Number.isSafeInteger(waited)) {
      return nothingSeen;
    }
    // Earlier evaluations were judged by another difference.
    const counted = saved.minDelta === this.request.minDelta ? (waited as number) : 0;
    return { best, step: step as number | null, waited: counted };
  }
}

/** Four significant digits. */
function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
