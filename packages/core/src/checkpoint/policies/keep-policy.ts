import type { CheckpointInfo } from '../checkpoint-store.js';

export type Candidate = Pick<CheckpointInfo, 'step' | 'metrics'>;

/** Which of a run's checkpoints (ascending by step) to keep: the steps it wants. */
export type KeepPolicy = (checkpoints: readonly Candidate[]) => readonly number[];

export const keepAll: KeepPolicy = (checkpoints) => checkpoints.map(({ step }) => step);

export function last(count: number): KeepPolicy {
  return (checkpoints) => (count > 0 ? keepAll(checkpoints.slice(-count)) : []);
}

/** Every checkpoint whose step is a multiple of n, for ever. */
export function everyNth(steps: number): KeepPolicy {
  return (checkpoints) => keepAll(checkpoints).filter((step) => step % steps === 0);
}

/**
 * The k best by a metric, the earlier one of equals. A checkpoint without the metric, or where it is NaN, is never
 * among them; where none has it, nothing can be judged yet and all are kept.
 * @param metric a split and a name: `valid.accuracy`.
 */
export function best(metric: string, direction: 'max' | 'min', count = 1): KeepPolicy {
  const dot = metric.indexOf('.');
  const [split, name] = [metric.slice(0, dot), metric.slice(dot + 1)];
  const sign = direction === 'max' ? -1 : 1;
  return (checkpoints) => {
    const measured = checkpoints
      .map(({ step, metrics }) => ({ step, value: metrics[split]?.[name] }))
      .filter((item): item is { step: number; value: number } => item.value !== undefined);
    if (measured.length === 0) return keepAll(checkpoints);
    return measured
      .filter(({ value }) => !Number.isNaN(value))
      .sort((a, b) => (a.value === b.value ? a.step - b.step : sign * (a.value - b.value)))
      .slice(0, count)
      .map(({ step }) => step);
  };
}

/** Keeps what any of the policies wants. */
export function keepAny(...policies: readonly KeepPolicy[]): KeepPolicy {
  return (checkpoints) => policies.flatMap((policy) => policy(checkpoints));
}

/** The steps no policy wants. The newest checkpoint is wanted always: it is where a resume begins. */
export function surplus(checkpoints: readonly Candidate[], policy: KeepPolicy): readonly number[] {
  const wanted = new Set([...policy(checkpoints), ...last(1)(checkpoints)]);
  return keepAll(checkpoints).filter((step) => !wanted.has(step));
}
