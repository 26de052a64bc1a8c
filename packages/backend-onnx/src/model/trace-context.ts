import { ForgeError } from '@forge-ml/core/plugin';
import type { InputValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { input, scalar } from '@forge-ml/onnx/graph';
import { gather, mul } from '@forge-ml/onnx/ops';
import type { Initializer } from '../layers/initializers.js';
import type { LayerContext, LayerIdentity, ParameterOptions } from '../layers/layer.js';
import { dropoutMask, uniformNumbers } from './dropout-mask.js';
import { joined, type LayerNames } from './layer-names.js';
import type { Parameters } from './parameters.js';

/** What one trace of the model's functions records besides their results. */
export interface TraceNotes {
  readonly training: boolean;
  readonly names: LayerNames;
  readonly parameters: Parameters;
  /** The next values of parameters that the optimizer does not update. */
  readonly updates: Map<ParameterValue, Value>;
  /** Calls of dropout so far: each reads one element of `seeds`. */
  dropouts: number;
}

/** uint32, one for each call of dropout or for random numbers. */
export const seeds: InputValue = input('forge/seeds', 'uint32', ['forge/dropouts']);

/**
 * @param scope the path of the layer it is for; `''` at the top
 * @param frozen whether the layer, or one that encloses it, is not trained
 */
export function traceContext(notes: TraceNotes, scope = '', frozen = false): LayerContext {
  return {
    training: notes.training,
    parameter(name: string, shape: readonly number[], initial: Initializer, options?: ParameterOptions) {
      const how = frozen ? { ...options, trainable: false } : options;
      return notes.parameters.get(joined(scope, name), shape, initial, how);
    },
    adopt(parameter) {
      notes.parameters.adopt(parameter);
    },
    adoptBase(parameters, file) {
      notes.parameters.adoptBase(parameters, file);
    },
    isFrozen({ name }) {
      return notes.parameters.isFrozen(name);
    },
    current(parameter) {
      return notes.updates.get(parameter) ?? parameter;
    },
    update(parameter, value) {
      if (!notes.training || notes.parameters.isFrozen(parameter.name)) return;
      if (parameter.trainable) {
        throw new ForgeError(
          'MODEL_INVALID',
          `The optimizer updates ${parameter.name}, so the model cannot update it too.`,
          {
            about: parameter.name,
            hint: 'Make the parameter with { trainable: false }.',
          },
        );
      }
      notes.updates.set(parameter, value);
    },
    dropout(x, rate) {
      if (!(rate >= 0 && rate < 1)) {
        throw new ForgeError('MODEL_INVALID', `A dropout rate is a number of at least 0 and below 1, not ${rate}.`, {
          about: 'dropout',
        });
      }
      if (!notes.training || rate === 0) return x;
      return mul(x, dropoutMask(x, rate, nextSeed(notes)));
    },
    uniform(x) {
      return uniformNumbers(x, nextSeed(notes));
    },
    within(layer: LayerIdentity) {
      return traceContext(notes, notes.names.pathOf(layer, scope), frozen || layer.trainable === false);
    },
  };
}

function nextSeed(notes: TraceNotes): Value {
  return gather(seeds, scalar(notes.dropouts++, 'int64'), 0);
}
