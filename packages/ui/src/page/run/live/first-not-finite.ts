import type { Curve } from '../../../protocol/curves.js';
import type { MetricsEvent } from '../../../protocol/live.js';

/** Where a metric is NaN or infinite for the first time. */
export interface Divergence {
  /** `train.loss` */
  readonly metric: string;
  readonly value: 'NaN' | 'Infinity' | '-Infinity';
  readonly step: number;
}

/** Where a run diverged: the first step with a value that is not finite. @param curves over steps */
export function firstNotFinite(curves: readonly Curve[]): Divergence | null {
  let first: Divergence | null = null;
  for (const { metric, notFinite } of curves) {
    for (const { value, x } of notFinite) {
      const step = x[0];
      if (step !== undefined && (first === null || step < first.step)) first = { metric, value, step };
    }
  }
  return first;
}

/** The same in values that have just come. */
export function firstNotFiniteIn({ points }: MetricsEvent): Divergence | null {
  let first: Divergence | null = null;
  for (const [metric, { step, value }] of Object.entries(points)) {
    const at = value.findIndex((number) => !Number.isFinite(number));
    if (at === -1 || (first !== null && first.step <= step[at]!)) continue;
    first = { metric, value: String(value[at]) as Divergence['value'], step: step[at]! };
  }
  return first;
}

/** What to zoom to: some steps before, to see how it came, and after. */
export function stepsAround(step: number): { readonly from: number; readonly to: number } {
  const margin = Math.max(10, Math.round(step / 20));
  return { from: Math.max(0, step - margin), to: step + Math.round(margin / 4) };
}
