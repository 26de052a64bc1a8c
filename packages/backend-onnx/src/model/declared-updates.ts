import { checkUpdates } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { AnyOnnxModel, OnnxBatch, OnnxContext, OnnxOutputs } from './onnx-model.js';

/** An update of a step, as the model declares it. */
export interface DeclaredUpdate {
  /** Undefined in a model with one loss. */
  readonly name: string | undefined;
  /** Computes the loss, which is not checked yet. */
  readonly loss: (batch: OnnxBatch, outputs: OnnxOutputs | undefined, context: OnnxContext) => Value;
  readonly optimizer: Optimizer;
  /** Patterns of the names of its parameters; undefined: all. */
  readonly parameters: readonly string[] | undefined;
  /** It is made at every step whose number of earlier steps is a multiple of this. */
  readonly every: number;
}

/** The updates of a step, in their order: one, unless the model declares several. */
export function declaredUpdates(model: AnyOnnxModel): readonly DeclaredUpdate[] {
  if (model.updates === undefined) {
    const loss: DeclaredUpdate['loss'] = (...given) => model.loss(...given);
    return [{ name: undefined, loss, optimizer: model.optimizer, parameters: undefined, every: 1 }];
  }
  // `checkModel` has checked the losses and optimizers.
  return checkUpdates(model.updates, () => undefined) as readonly DeclaredUpdate[];
}

/** Where its loss is, for messages: `loss`, `updates.generator.loss`. */
export function placeOfLoss({ name }: Pick<DeclaredUpdate, 'name'>): string {
  return name === undefined ? 'loss' : `updates.${name}.loss`;
}

/** The name of the number that reports its loss: `loss`, `generator.loss`. */
export function numberOfLoss({ name }: Pick<DeclaredUpdate, 'name'>): string {
  return name === undefined ? 'loss' : `${name}.loss`;
}
