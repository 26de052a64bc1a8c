import type { Batch, GradientReport, ParameterGradient, Stats, StepRequest } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { AnyTfjsModel, TfjsBatch, TfjsOutputs } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';
import { lossOf, outputsOf } from './forward.js';
import { UpdateReport } from './gradient-report.js';
import { gradientsOf } from './gradients.js';
import { keepOutputs, readOutputs } from './outputs.js';
import type { ParameterAverage } from './parameter-average.js';
import { withSeededRandom } from './seeded-random.js';
import type { SessionUpdate } from './session-update.js';
import { stepContext } from './step-context.js';
import { type Download, readLoss, readScalars, statsOf } from './step-numbers.js';

/** What a step needs of its session. */
export interface StepParts {
  readonly tf: Tf;
  readonly model: AnyTfjsModel;
  readonly updates: readonly SessionUpdate[];
  readonly average: ParameterAverage | undefined;
}

/** Receives what happens in a step. */
export interface StepEvents {
  /** Receives the outputs of the first update, before its changes. */
  readonly onOutputs?: ((outputs: Batch) => void) | undefined;
  /** Called before an update changes anything, and when it is complete. */
  readonly onChange: (changing: boolean) => void;
  readonly download: Download;
}

export interface StepResult {
  readonly stats: Stats;
  /** Undefined unless requested. */
  readonly gradients: GradientReport | undefined;
}

/**
 * The updates of one step, each with the parameters as those before it left them. A pure function of state, batch, seed
 * and step.
 */
export function trainStep(parts: StepParts, batch: TfjsBatch, request: StepRequest, events: StepEvents): StepResult {
  const run = new StepRun(parts, batch, request, events);
  for (const update of parts.updates) if (request.step % update.every === 0) run.update(update);
  return run;
}

class StepRun implements StepResult {
  readonly stats: Record<string, number> = {};
  readonly gradients: Map<string, ParameterGradient> | undefined;
  #isFirst = true;

  constructor(
    private readonly parts: StepParts,
    private readonly batch: TfjsBatch,
    private readonly request: StepRequest,
    private readonly events: StepEvents,
  ) {
    this.gradients = request.onGradients && new Map();
  }

  update(update: SessionUpdate): void {
    withSeededRandom(update.draws.child(this.request.step), () => this.#update(update));
    this.#isFirst = false;
  }

  #update(update: SessionUpdate): void {
    const { tf, model, updates } = this.parts;
    const { step, metrics } = this.request;
    const { download } = this.events;
    const onOutputs = this.#isFirst ? this.events.onOutputs : undefined;
    const readsStats = this.#isFirst && metrics && model.stats !== undefined;
    const context = stepContext(tf, update.masks.child(step), step, true);
    let kept: TfjsOutputs | undefined;
    try {
      const forward = (): tfjs.Tensor => {
        const outputs = outputsOf(tf, model, this.batch, context);
        const loss = lossOf(tf, update, this.batch, outputs, context, update.penalty);
        if (readsStats || onOutputs !== undefined) kept = keepOutputs(tf, outputs);
        return loss;
      };
      const { value, gradients } = gradientsOf(tf, forward, update.variables);
      if (metrics) readLoss(this.stats, update, value, download);
      if (readsStats) readScalars(this.stats, statsOf(tf, model, updates, this.batch, kept, context), download);
      onOutputs?.(download(() => readOutputs(tf, kept)));
      this.#apply(update, gradients);
    } finally {
      if (kept !== undefined) tf.dispose(kept);
    }
  }

  #apply(update: SessionUpdate, gradients: readonly (tfjs.Tensor | null)[]): void {
    const { tf, average } = this.parts;
    const { step, learningRate: rate } = this.request;
    const report = this.gradients && new UpdateReport(tf, update.trainables, this.events.download);
    const options = rate === undefined && report === undefined ? undefined : { rate, onGradients: report?.keep };
    try {
      this.events.onChange(true);
      const count = update.updater.apply(gradients, step / update.every, options);
      if (count > 0) {
        update.constrain();
        average?.update(update.variables, count);
      }
      if (this.gradients !== undefined) report?.addTo(this.gradients);
      this.events.onChange(false);
    } finally {
      report?.dispose();
    }
  }
}
