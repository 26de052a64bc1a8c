/**
 * Finds how many steps an epoch has from the records of a run: step `s`, counted from 1, is in epoch
 * `floor((s - 1) / steps)`, counted from 0.
 */
export class StepsPerEpoch {
  /**
   * @param above an epoch has more steps than this
   * @param atMost and not more than this
   */
  constructor(
    private above = 0,
    private atMost = Number.POSITIVE_INFINITY,
  ) {}

  /** What the records say so far, to go on from later. */
  get bounds(): { readonly above: number; readonly atMost: number } {
    return { above: this.above, atMost: this.atMost };
  }

  add(step: number, epoch: number): void {
    if (step < 1 || epoch < 0) return;
    this.above = Math.max(this.above, (step - 1) / (epoch + 1));
    if (epoch > 0) this.atMost = Math.min(this.atMost, (step - 1) / epoch);
  }

  /**
   * The fewest steps that fit every record; undefined in the first epoch, and if none does, as when the batch size was
   * changed.
   */
  get value(): number | undefined {
    if (this.atMost === Number.POSITIVE_INFINITY) return undefined;
    const fewest = Math.floor(this.above) + 1;
    return fewest <= this.atMost ? fewest : undefined;
  }
}
