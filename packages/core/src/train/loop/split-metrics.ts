import { AccumulatorSet, type NamedAccumulators } from '../../metrics/accumulators/accumulator-set.js';
import { isNumeric } from '../../metrics/accumulators/parts/accumulator.js';

/** The loop's owner name in a checkpoint's state for the metrics since the last report. */
export const metricsOwner = 'metrics';

/** Metrics of one pass over a split. */
export interface SplitPass {
  readonly accumulators: AccumulatorSet;
  /** Whether an evaluation reports the outputs; otherwise they are predicted. */
  readonly reportsOutputs: boolean;
}

/** The metrics over a whole split that a model declares. */
export class SplitMetrics {
  /**
   * @param accumulators at least one
   * @param reportsOutputs whether the engine reports the outputs of a step and of an evaluation
   */
  constructor(
    private readonly accumulators: NamedAccumulators,
    private readonly labels: readonly string[] | undefined,
    readonly reportsOutputs: boolean,
  ) {}

  get names(): readonly string[] {
    return [...this.accumulators.keys()];
  }

  /** Whether there are any for the steps since the last report. */
  get hasNumbers(): boolean {
    return numeric(this.accumulators).size > 0;
  }

  /** For one pass over a split. */
  ofSplit(): SplitPass {
    const accumulators = new AccumulatorSet(this.accumulators, { labels: this.labels, saved: false });
    return { accumulators, reportsOutputs: this.reportsOutputs };
  }

  /** For the steps since the last report: those that are numbers. @param state of a checkpoint */
  ofInterval(state: unknown): AccumulatorSet {
    return new AccumulatorSet(numeric(this.accumulators), { labels: this.labels, saved: true }, state);
  }
}

function numeric(accumulators: NamedAccumulators): NamedAccumulators {
  return new Map([...accumulators].filter(([, accumulator]) => isNumeric(accumulator)));
}
