import type { Batch, GradientReport, ParameterGradient, Stats, StepRequest } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
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
import type { AnyTfjsModel, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

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
  /** Around the changes to the parameters and slots of an update. */
  readonly onChange: (changing: boolean) => void;
  readonly download: Download;
}

/**
 * The updates of one step, each with the parameters as those before it left them. A pure function of state, batch, seed
 * and step.
 */
export function trainStep(
  parts: StepParts,
  batch: TfjsBatch,
  request: StepRequest,
  events: StepEvents,
): { stats: Stats; gradients: GradientReport | undefined } {
  const stats: Record<string, number> = {};
  const gradients = request.onGradients && new Map<string, ParameterGradient>();
  let isFirst = true;
  for (const update of parts.updates) {
    if (request.step % update.every !== 0) continue;
    const draws = update.draws.child(request.step);
    withSeededRandom(draws, () => runUpdate(parts, update, batch, request, events, isFirst, stats, gradients));
    isFirst = false;
  }
  return { stats, gradients };
}

function runUpdate(
  { tf, model, updates, average }: StepParts,
  update: SessionUpdate,
  batch: TfjsBatch,
  { step, metrics, learningRate }: StepRequest,
  { onOutputs, onChange, download }: StepEvents,
  isFirst: boolean,
  stats: Record<string, number>,
  gradientReport: Map<string, ParameterGradient> | undefined,
): void {
  const context = stepContext(tf, update.masks.child(step), step, true);
  const readsStats = isFirst && metrics && model.stats !== undefined;
  let kept: TfjsOutputs | undefined;
  let report: UpdateReport | undefined;
  try {
    const forward = (): tfjs.Tensor => {
      const outputs = outputsOf(tf, model, batch, context);
      const loss = lossOf(tf, update, batch, outputs, context, update.penalty);
      if (readsStats || (isFirst && onOutputs !== undefined)) kept = keepOutputs(tf, outputs);
      return loss;
    };
    const { value, gradients } = gradientsOf(tf, forward, update.variables);
    if (metrics) readLoss(stats, update, value, download);
    if (readsStats) readScalars(stats, statsOf(tf, model, updates, batch, kept, context), download);
    if (isFirst && onOutputs !== undefined) onOutputs(download(() => readOutputs(tf, kept)));
    if (gradientReport !== undefined) report = new UpdateReport(tf, update.trainables, download);
    const options = learningRate === undefined && report === undefined ? undefined : applyOptions(learningRate, report);
    onChange(true);
    const count = update.updater.apply(gradients, step / update.every, options);
    if (count > 0) {
      update.constrain();
      average?.update(update.variables, count);
    }
    onChange(false);
    if (gradientReport !== undefined) report?.addTo(gradientReport);
  } finally {
    if (kept !== undefined) tf.dispose(kept);
    report?.dispose();
  }
}

function applyOptions(rate: number | undefined, report: UpdateReport | undefined) {
  return { rate, onGradients: report?.keep };
}
