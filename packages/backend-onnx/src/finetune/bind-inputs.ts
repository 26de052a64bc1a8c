import { invalidModel } from '@forge-ml/onnx';
import type { InputValue, Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { cast } from '@forge-ml/onnx/ops';
import type { OnnxBatch, OnnxContext } from '../model/onnx-model.js';

/** By the model's input: the name of the batch's array for it, or a function of the batch. */
export type InputMap = Readonly<Record<string, string | ((batch: OnnxBatch, context: OnnxContext) => Value)>>;

/**
 * The value for each input; integers are converted to its dtype.
 * @throws ForgeError MODEL_INVALID naming the input, where the batch has no array for it, or one that does not fit.
 */
export function bindInputs(
  inputs: readonly InputValue[],
  map: InputMap,
  batch: OnnxBatch,
  context: OnnxContext,
): Map<Value, Value> {
  return new Map(inputs.map((input) => [input, boundTo(input, map, batch, context)]));
}

/** @throws ForgeError MODEL_INVALID for an unknown input. */
export function checkInputMap(all: readonly InputValue[], map: InputMap): void {
  const names = all.map(({ name }) => name);
  const unknown = Object.keys(map).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw invalidModel(`The model has no input "${unknown}".`, unknown, `Its inputs are ${quoted(names)}.`);
}

function boundTo(input: InputValue, map: InputMap, batch: OnnxBatch, context: OnnxContext): Value {
  const source = Object.hasOwn(map, input.name) ? map[input.name]! : input.name;
  const value = typeof source === 'string' ? batch[source] : source(batch, context);
  if (!value) {
    const array = typeof source === 'string' ? source : 'an array';
    const hint = `Name the array: inputs: { '${input.name}': '${Object.keys(batch)[0] ?? 'images'}' }.`;
    throw invalidModel(
      `The model's input "${input.name}" needs ${array}, which the batch does not have`,
      input.name,
      hint,
    );
  }
  const isWhole = /int/.test(value.dtype) && input.dtype !== 'bool';
  if (value.shape.length === input.shape.length && (isWhole || value.dtype === input.dtype)) {
    return cast(value, input.dtype);
  }
  throw invalidModel(
    `The model's input "${input.name}" is ${describeType(input)}; the batch gives ${describeType(value)}.`,
    input.name,
    `Convert it, for example inputs: { '${input.name}': ({ images }, context) => channelsFirst()(images, context) }.`,
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
