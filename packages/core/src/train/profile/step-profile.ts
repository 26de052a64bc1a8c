import { ForgeError } from '../../errors/forge-error.js';
import type { PhaseName } from '../stop/run-phase.js';

/** Where the time of a training goes. */
export type ProfiledPart = 'data' | 'step' | 'copy' | 'compute' | 'log' | 'evaluate' | 'save';

/** Something that took time: milliseconds of `performance.now()`. */
export interface Span {
  readonly part: ProfiledPart;
  readonly start: number;
  readonly end: number;
  /** Updates done before it. */
  readonly step: number;
}

/** Seconds of each part. `copy` and `compute` are within `step`, where the engine tells. */
export interface ProfileSummary {
  readonly steps: number;
  readonly seconds: number;
  readonly parts: Readonly<Partial<Record<ProfiledPart, number>>>;
}

const partOf: Readonly<Partial<Record<PhaseName, ProfiledPart>>> = {
  read: 'data',
  step: 'step',
  hook: 'log',
  evaluate: 'evaluate',
  save: 'save',
};

/** More spans would fill the memory, and no viewer shows them. */
const mostSpans = 1_000_000;

/** Records the spans of the first steps of a training. */
export class StepProfile {
  readonly spans: Span[] = [];
  private current: Omit<Span, 'end'> | undefined;
  private first: number | undefined;
  private done = false;

  /** @param steps how many to record */
  constructor(private readonly steps: number) {
    if (!(steps >= 1)) throw new ForgeError('USAGE', '--profile needs at least one step.', { about: 'profile' });
  }

  /** Whether more is recorded. */
  get active(): boolean {
    return !this.done;
  }

  /** Ends the present span, and starts the one of a phase. @param step updates done */
  enter(phase: PhaseName, step: number, now = performance.now()): void {
    if (this.done) return;
    this.leave(now);
    const part = partOf[phase];
    if (part === undefined) return;
    // What is evaluated before the training belongs to no step.
    if (this.first === undefined && part !== 'data' && part !== 'step') return;
    this.first ??= step;
    // The evaluation and the save after the last step belong to it.
    const isBeyond = step - this.first >= this.steps && (part === 'data' || part === 'step');
    if ((isBeyond && part === 'step') || this.spans.length >= mostSpans) this.done = true;
    else if (!isBeyond) this.current = { part, start: now, step };
  }

  /** Adds a span within the present step. */
  add(part: ProfiledPart, start: number, end: number): void {
    if (this.current !== undefined) this.spans.push({ part, start, end, step: this.current.step });
  }

  /** Ends the present span. */
  leave(now = performance.now()): void {
    if (this.current !== undefined) this.spans.push({ ...this.current, end: now });
    this.current = undefined;
  }

  get summary(): ProfileSummary {
    const parts: Partial<Record<ProfiledPart, number>> = {};
    let [from, to] = [Number.POSITIVE_INFINITY, 0];
    for (const { part, start, end } of this.spans) {
      parts[part] = (parts[part] ?? 0) + (end - start) / 1000;
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
    const steps = new Set(this.spans.filter(({ part }) => part === 'log').map(({ step }) => step)).size;
    return { steps, seconds: this.spans.length === 0 ? 0 : (to - from) / 1000, parts };
  }
}
