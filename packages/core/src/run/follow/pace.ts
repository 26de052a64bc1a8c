/** Over how many of the last reports the speed is measured. */
const reports = 20;

/** Estimates when a run reaches a step, from the steps and times of its last reports. */
export class Pace {
  private readonly recent: { readonly step: number; readonly time: number }[] = [];

  /** @param time milliseconds since the Unix epoch */
  add(step: number, time: number): void {
    const before = this.recent.at(-1);
    if (before !== undefined && step <= before.step) return;
    this.recent.push({ step, time });
    if (this.recent.length > reports) this.recent.shift();
  }

  /** Seconds from `now` until a step; null before two reports. */
  secondsUntil(step: number, now: number): number | null {
    const [first, last] = [this.recent[0], this.recent.at(-1)];
    if (first === undefined || last === undefined || last.time <= first.time) return null;
    const perStep = (last.time - first.time) / (last.step - first.step);
    return Math.max(0, (last.time + (step - last.step) * perStep - now) / 1000);
  }
}
