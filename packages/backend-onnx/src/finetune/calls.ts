import { invalidModel } from '@forge-ml/onnx';
import type { InputValue, Value } from '@forge-ml/onnx/graph';
import type { BatchAxes } from '../model/batch-axes.js';
import type { OnnxOutputs } from '../model/onnx-model.js';
import { checkInputMap, type InputMap } from './bind-inputs.js';
import { openAxes } from './open-axes.js';

/** Several calls of a model for one batch, with the same weights: the inputs of each by its name. */
export type Calls<Name extends string = string> = Readonly<Record<Name, InputMap>>;

/** @throws ForgeError MODEL_INVALID if there are none, or one has an unknown input */
export function checkCalls(all: readonly InputValue[], calls: Calls): void {
  for (const map of Object.values(calls)) checkInputMap(all, map);
  if (Object.keys(calls).length > 0) return;
  throw invalidModel('calls of fromOnnx is empty.', 'calls', "Name each: { anchors: { input_ids: 'anchor_ids' } }.");
}

/** The one value that a call returns. @throws ForgeError MODEL_INVALID if there are several */
export function outputOfCall(name: string, outputs: OnnxOutputs): Value {
  if ('kind' in outputs && typeof outputs.kind === 'string') return outputs as Value;
  const values = Object.keys(outputs).join(', ');
  throw invalidModel(
    `The call "${name}" of the model returns several values: ${values}.`,
    name,
    'Choose one by outputs, or combine them in a head.',
  );
}

/** As `openAxes`; but the batch, the sizes of one call are no sizes of another. */
export function axesOfCalls(reads: readonly InputValue[], inputs: InputMap, calls: Calls): BatchAxes {
  const all = Object.entries(calls).flatMap(([call, map]) => {
    const axes = Object.entries(openAxes(reads, { ...inputs, ...map }));
    return axes.map(([array, names]) => {
      const own = names.map((name) => (typeof name === 'string' && name !== 'batch' ? `${call}.${name}` : name));
      return [array, own] as const;
    });
  });
  // An array that several calls read has the sizes of the first.
  return Object.fromEntries(all.reverse());
}
