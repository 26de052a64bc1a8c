import type { OptimizerSettings } from '@forge-ml/core/plugin';

/** What the learning rates of a step depend on. */
export interface RateRequest {
  /** The number of earlier steps. */
  readonly step: number;
  /** Replaces all rates. */
  readonly learningRate?: number | undefined;
}

interface ScheduleOptions {
  readonly every?: number;
  readonly scale?: () => number;
  readonly skipped?: () => number;
}

/** When an optimizer updates, and by which learning rates. */
export class UpdateSchedule {
  readonly #settings: Pick<OptimizerSettings, 'rate' | 'groups'>;
  /** It is made at every step whose number of earlier steps is a multiple of this. */
  readonly every: number;
  /** How many of these steps make an update of the parameters. */
  readonly #batches: number;
  readonly #scale: () => number;
  readonly #skipped: () => number;
  /** The rates of the last request: a schedule is called once for all scalars of a step. */
  #last: { readonly request: RateRequest; readonly rates: Map<number | undefined, number> } | undefined;

  /** @param options `scale`: what a plateau multiplies the rates by now; `skipped`: how many updates were not made */
  constructor(settings: OptimizerSettings, options: ScheduleOptions = {}) {
    const { every = 1, scale = () => 1, skipped = () => 0 } = options;
    this.every = every;
    this.#settings = settings;
    this.#batches = settings.accumulate ?? 1;
    this.#scale = scale;
    this.#skipped = skipped;
  }

  /** The number of updates before a step. Skipped ones do not count, as in PyTorch's optimizers. */
  updatesBefore(step: number): number {
    return Math.max(0, Math.floor(Math.ceil(step / this.every) / this.#batches) - this.#skipped());
  }

  /** Whether its loss and gradients are computed at a step. */
  isMade(step: number): boolean {
    return step % this.every === 0;
  }

  /** Whether a step changes the parameters. */
  isDue(step: number): boolean {
    return this.isMade(step) && (step / this.every + 1) % this.#batches === 0;
  }

  /** @param group the parameter group; the optimizer's own rate by default */
  rate(request: RateRequest, group?: number): number {
    if (this.#last?.request !== request) this.#last = { request, rates: new Map() };
    const { rates } = this.#last;
    const known = rates.get(group);
    if (known !== undefined) return known;
    const rate = this.#rateOf(request, group);
    rates.set(group, rate);
    return rate;
  }

  #rateOf({ step, learningRate }: RateRequest, group: number | undefined): number {
    if (learningRate !== undefined) return learningRate;
    const { rate, groups = [] } = this.#settings;
    const schedule = group === undefined ? rate : groups[group]!.rate;
    return schedule(this.updatesBefore(step)) * this.#scale();
  }
}
