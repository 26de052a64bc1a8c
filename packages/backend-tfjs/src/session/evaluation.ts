import type { Batch, Stats } from '@forge-ml/core/plugin';
import type { StepContext, TfjsBatch } from '../model/tfjs-model.js';
import { lossOf, outputsOf } from './forward.js';
import { readOutputs } from './outputs.js';
import { readDirectly, readLoss, readScalars, statsOf } from './step-numbers.js';
import type { StepParts } from './train-step.js';

/** The loss of each update and the stats, from one forward pass; and its outputs, if requested. */
export function evaluateModel(
  { tf, model, updates }: StepParts,
  batch: TfjsBatch,
  context: StepContext,
  readsOutputs: boolean,
): { stats: Stats; outputs: Batch | undefined } {
  const outputs = outputsOf(tf, model, batch, context);
  const stats: Record<string, number> = {};
  for (const update of updates) {
    readLoss(stats, update, lossOf(tf, update, batch, outputs, context, update.penalty), readDirectly);
  }
  readScalars(stats, statsOf(tf, model, updates, batch, outputs, context), readDirectly);
  return { stats, outputs: readsOutputs ? readOutputs(tf, outputs) : undefined };
}
