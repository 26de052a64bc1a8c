import type { Batch } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { TfjsOutputs } from '../model/tfjs-model.js';
import { fromTensor } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';
import { isTensor } from './forward.js';

/** Keeps outputs beyond the end of the forward pass, where the engine would dispose them. */
export function keepOutputs(tf: Tf, outputs: TfjsOutputs | undefined): TfjsOutputs | undefined {
  if (outputs === undefined) return undefined;
  if (isTensor(tf, outputs)) return tf.keep(outputs.clone());
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, tf.keep(output.clone())]));
}

/** Copies outputs from the engine; none of a model without `predict`. A single tensor is named `output`. */
export function readOutputs(tf: Tf, outputs: TfjsOutputs | undefined): Batch {
  const named = isTensor(tf, outputs) ? { output: outputs } : (outputs ?? {});
  return Object.fromEntries(
    Object.entries(named).map(([name, output]) => [name, fromTensor(tf, readable(tf, output))]),
  );
}

/** A variable may be substituted (see `substituteVariables`): operations compute with its substitute. */
function readable(tf: Tf, output: tfjs.Tensor): tfjs.Tensor {
  return output instanceof tf.Variable ? output.clone() : output;
}
