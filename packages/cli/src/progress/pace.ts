/** The window over which the speed is measured, ms. */
const windowLength = 15_000;
const sampleEvery = 250;

interface Sample {
  readonly time: number;
  readonly step: number;
  readonly idle: number;
}

/** Measures the speed of a run, and estimates the time left. Times are milliseconds. */
export class Pace {
  private first: Sample | undefined;
  private last: Sample | undefined;
  private samples: Sample[] = [];
  private idle = 0;
  private latest = 0;

  /** Records the end of a step. */
  step(step: number, time: number): void {
    this.latest = time;
    this.last = { time, step, idle: this.idle };
    // The clock starts after the first step, which also compiles and allocates.
    this.first ??= this.last;
    const newest = this.samples.at(-1);
    if (newest !== undefined && time - newest.time < sampleEvery) return;
    this.samples.push(this.last);
    while (this.samples.length > 2 && time - this.samples[0]!.time > windowLength) this.samples.shift();
  }

  /** Records the end of an evaluation or a checkpoint. */
  rest(time: number): void {
    if (this.last !== undefined) this.idle += time - this.latest;
    this.latest = time;
  }

  /** Steps a second, without evaluations and checkpoints; undefined before two steps. */
  get stepsPerSecond(): number | undefined {
    const [from, to] = [this.samples[0], this.last];
    if (from === undefined || to === undefined) return undefined;
    const stepping = to.time - from.time - (to.idle - from.idle);
    return to.step > from.step && stepping > 0 ? ((to.step - from.step) * 1000) / stepping : undefined;
  }

  /** Estimated seconds until a step, with evaluations and checkpoints. */
  secondsUntil(step: number): number | undefined {
    const { first, last } = this;
    if (first === undefined || last === undefined || last.step === first.step) return undefined;
    return ((step - last.step) * (last.time - first.time)) / (last.step - first.step) / 1000;
  }
}
