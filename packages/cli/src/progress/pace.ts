/** How many milliseconds of steps the speed is taken over. */
const span = 15_000;
const sampleEvery = 250;

interface Sample {
  readonly time: number;
  readonly step: number;
  readonly idle: number;
}

/** How fast a run steps, and how long it will still take. Times are milliseconds. */
export class Pace {
  private first: Sample | undefined;
  private last: Sample | undefined;
  private samples: Sample[] = [];
  private idle = 0;
  private heard = 0;

  /** An update is done. */
  step(step: number, time: number): void {
    this.heard = time;
    this.last = { time, step, idle: this.idle };
    // The first step also compiles, reads and allocates: the clock starts when it is done.
    this.first ??= this.last;
    const newest = this.samples.at(-1);
    if (newest !== undefined && time - newest.time < sampleEvery) return;
    this.samples.push(this.last);
    while (this.samples.length > 2 && time - this.samples[0]!.time > span) this.samples.shift();
  }

  /** Something else than stepping, an evaluation or a checkpoint, has just ended. */
  rest(time: number): void {
    if (this.last !== undefined) this.idle += time - this.heard;
    this.heard = time;
  }

  /** Updates a second while stepping; undefined until two are done. */
  get stepsPerSecond(): number | undefined {
    const [from, to] = [this.samples[0], this.last];
    if (from === undefined || to === undefined) return undefined;
    const stepping = to.time - from.time - (to.idle - from.idle);
    return to.step > from.step && stepping > 0 ? ((to.step - from.step) * 1000) / stepping : undefined;
  }

  /** Seconds until a step is reached, evaluations and checkpoints at their usual rate included. */
  secondsUntil(step: number): number | undefined {
    const { first, last } = this;
    if (first === undefined || last === undefined || last.step === first.step) return undefined;
    return ((step - last.step) * (last.time - first.time)) / (last.step - first.step) / 1000;
  }
}
