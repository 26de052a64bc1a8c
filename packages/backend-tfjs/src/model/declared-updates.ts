import type * as core from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

/** An update of a step, as the model declares it. What its loss returns is not checked yet. */
export type DeclaredUpdate = core.DeclaredUpdate<
  (batch: TfjsBatch, outputs: TfjsOutputs | undefined, context: StepContext) => unknown,
  Optimizer | tfjs.Optimizer
>;
