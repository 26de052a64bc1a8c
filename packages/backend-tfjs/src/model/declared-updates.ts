import { checkUpdates } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

/** An update of a step, as the model declares it. */
export interface DeclaredUpdate {
  /** Undefined in a model with one loss. */
  readonly name: string | undefined;
  /** Computes the loss, which is not checked yet. */
  readonly loss: (batch: TfjsBatch, outputs: TfjsOutputs | undefined, context: StepContext) => unknown;
  readonly optimizer: Optimizer | tfjs.Optimizer;
  /** Patterns of the names of its parameters; undefined: all. */
  readonly parameters: readonly string[] | undefined;
  /** It is made at every step whose number of earlier steps is a multiple of this. */
  readonly every: number;
}

/** The updates of a step, in their order: one, unless the model declares several. */
export function declaredUpdates(model: AnyTfjsModel): readonly DeclaredUpdate[] {
  if (model.updates === undefined) {
    const loss: DeclaredUpdate['loss'] = (...given) => model.loss(...given);
    return [{ name: undefined, loss, optimizer: model.optimizer, parameters: undefined, every: 1 }];
  }
  // `checkModel` has checked the losses and optimizers.
  return checkUpdates(model.updates, () => undefined) as readonly DeclaredUpdate[];
}

/** Where a part of an update is, for messages: `optimizer`, `updates.generator.optimizer`. */
export function placeOf({ name }: Pick<DeclaredUpdate, 'name'>, part: 'loss' | 'optimizer' | 'parameters'): string {
  return name === undefined ? part : `updates.${name}.${part}`;
}
