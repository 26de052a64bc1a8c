import type { StepRequest } from '@forge-ml/core/plugin';

/** When something ran, in the milliseconds of `sharedTime`. */
export type Span = readonly [start: number, end: number];

/** Milliseconds of a clock that all threads of the process share; `performance.now()` of a worker starts with it. */
export function sharedTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Copies a batch, and reports how long it took. */
export function copied<T>({ onSpan }: StepRequest, copy: () => T): T {
  const start = performance.now();
  const copies = copy();
  onSpan?.('copy', start, performance.now());
  return copies;
}

/**
 * Reports the parts of a run that began at `start` and ends now: the way to the worker, computing, and the way back.
 * @param start by `performance.now()`
 */
export function reportSpans(onSpan: NonNullable<StepRequest['onSpan']>, start: number, compute: Span): void {
  const end = performance.now();
  const offset = end - sharedTime();
  const [from, to] = compute.map((time) => Math.min(Math.max(time + offset, start), end)) as [number, number];
  onSpan('copy', start, from);
  onSpan('compute', from, to);
  onSpan('copy', to, end);
}
