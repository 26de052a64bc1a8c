import type * as core from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { OnnxBatch, OnnxContext, OnnxOutputs } from './onnx-model.js';

/** An update of a step, as the model declares it. What its loss returns is not checked yet. */
export type DeclaredUpdate = core.DeclaredUpdate<
  (batch: OnnxBatch, outputs: OnnxOutputs | undefined, context: OnnxContext) => Value,
  Optimizer
>;
