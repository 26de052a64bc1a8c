import type { Stats } from '../../backend/backend.js';
import type { JsonState } from '../../checkpoint/store/train-state.js';
import type { AccumulatorSet } from '../../metrics/accumulators/accumulator-set.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { withMetrics } from './evaluate-batch.js';
import { metricsOwner, type SplitMetrics } from './split-metrics.js';

/** A finished update. */
interface FinishedStep {
  readonly batch: Batch;
  /** Within its block. */
  readonly index: number;
  readonly reports: boolean;
  /** Whether a new interval begins after it. */
  readonly due: boolean;
  readonly values: Stats;
}

/** The metrics of the steps since the last report. */
export class IntervalMetrics {
  readonly #set: AccumulatorSet;
  #outputs: Batch[] = [];

  /**
   * @param readAll whether each step counts; otherwise a report is of its own step alone
   * @param state of a checkpoint
   */
  constructor(
    metrics: SplitMetrics,
    private readonly readAll: boolean,
    state: unknown,
  ) {
    this.#set = metrics.ofInterval(state);
  }

  /** What a request for a block of steps needs; undefined if its outputs are not read. */
  receiver(block: readonly { readonly reports: boolean }[]): ((outputs: Batch, index: number) => void) | undefined {
    this.#outputs = [];
    if (!this.readAll && !block.some(({ reports }) => reports)) return undefined;
    return (outputs, index) => {
      this.#outputs[index] = outputs;
    };
  }

  /** Counts a step. @returns what it reports */
  after({ batch, index, reports, due, values }: FinishedStep): Stats {
    const outputs = this.#outputs[index];
    if (!this.readAll) this.#set.clear();
    if (outputs !== undefined && (this.readAll || reports)) this.#set.add(batch, outputs);
    const reported = reports ? withMetrics(values, this.#set.stats) : values;
    if (due) this.#set.clear();
    return reported;
  }

  /** For a checkpoint: after a resume, the metrics have the same bits as without the stop. */
  get state(): JsonState {
    const { state } = this.#set;
    return state === undefined ? {} : { [metricsOwner]: state };
  }
}
