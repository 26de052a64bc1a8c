import { type Batch, describeValue, explainFailure, invalidModel } from '@forge-ml/core/plugin';
import type { InputValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { describeType, input } from '@forge-ml/onnx/graph';
import { isValue } from './check-model.js';
import { type DeclaredUpdate, numberOfLoss, placeOfLoss } from './declared-updates.js';
import type { LayerNames } from './layer-names.js';
import type { AnyOnnxModel, OnnxBatch, OnnxContext, OnnxOutputs } from './onnx-model.js';
import type { Parameters } from './parameters.js';
import { type TraceNotes, traceContext } from './trace-context.js';

/** The results of the model's functions for a batch. */
export interface Trace {
  /** By name; one without a name is `output`. Empty where the model has no `predict`. */
  readonly outputs: ReadonlyMap<string, Value>;
  /** Of the updates that it was made for. */
  readonly losses: readonly Value[];
  readonly stats: ReadonlyMap<string, Value>;
  readonly updates: ReadonlyMap<ParameterValue, Value>;
  /** Calls of dropout, those before this trace too. */
  readonly dropouts: number;
}

/** What a model is traced with. */
export interface Tracer {
  readonly model: AnyOnnxModel;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly names: LayerNames;
  readonly parameters: Parameters;
}

/** Symbolic inputs for the arrays of a batch of any size. */
export function batchInputs(sample: Batch): Record<string, InputValue> {
  return Object.fromEntries(
    Object.entries(sample).map(([name, { dtype, shape }]) => {
      return [name, input(name, dtype, ['batch', ...shape.slice(1)])];
    }),
  );
}

/**
 * Calls the model's functions once, for training or for inference.
 * @param updates whose losses to compute
 * @param options `dropouts`: calls of dropout in earlier traces of the same step
 * @throws ForgeError MODEL_INVALID where they fail, or return something of the wrong type.
 */
export function traceModel(
  { model, inputs, names, parameters }: Tracer,
  updates: readonly DeclaredUpdate[],
  { training, dropouts = 0 }: { readonly training: boolean; readonly dropouts?: number },
): Trace {
  names.startTrace();
  const notes: TraceNotes = { training, names, parameters, updates: new Map(), dropouts };
  const context = traceContext(notes);
  const typeOfInput = (name: string) => describeType(inputs[name]!);
  return explainFailure<OnnxBatch, Trace>(inputs, typeOfInput, (batch) => {
    const outputs = outputsOf(model, batch, context);
    const losses = updates.map((update) => lossOf(update, batch, outputs, context));
    const stats = statsOf(model, batch, outputs, context);
    const named = outputs === undefined ? {} : isValue(outputs) ? { output: outputs } : outputs;
    return { outputs: new Map(Object.entries(named)), losses, stats, updates: notes.updates, dropouts: notes.dropouts };
  });
}

const values = 'Compute with the functions of @forge-ml/backend-onnx, and return the value itself.';

function outputsOf(model: AnyOnnxModel, batch: OnnxBatch, context: OnnxContext): OnnxOutputs | undefined {
  if (model.predict === undefined) return undefined;
  const outputs: unknown = model.predict(batch, context);
  if (isValue(outputs)) return outputs;
  if (outputs instanceof Promise) throw invalidModel('predict returned a promise; it must be synchronous.', values);
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) {
    throw invalidModel(
      `predict returned ${describeValue(outputs)}, not values.`,
      'Return one value, or several by name.',
    );
  }
  for (const [name, output] of Object.entries(outputs)) {
    if (!isValue(output))
      throw invalidModel(`The output ${name} of predict is ${describeValue(output)}, not a value.`, values);
  }
  return outputs as Record<string, Value>;
}

function lossOf(
  update: DeclaredUpdate,
  batch: OnnxBatch,
  outputs: OnnxOutputs | undefined,
  context: OnnxContext,
): Value {
  const place = placeOfLoss(update);
  const loss: unknown = update.loss(batch, outputs, context);
  if (loss instanceof Promise) throw invalidModel(`${place} returned a promise; it must be synchronous.`, values);
  if (!isValue(loss)) throw invalidModel(`${place} returned ${describeValue(loss)}, not a scalar value.`, values);
  if (loss.shape.length !== 0 || (loss.dtype !== 'float32' && loss.dtype !== 'float64')) {
    throw invalidModel(
      `${place} returned ${describeType(loss)}, not a float32 scalar.`,
      'Reduce it over the batch: reduceMean.',
    );
  }
  return loss;
}

function statsOf(
  model: AnyOnnxModel,
  batch: OnnxBatch,
  outputs: OnnxOutputs | undefined,
  context: OnnxContext,
): Map<string, Value> {
  if (model.stats === undefined) return new Map();
  const stats: unknown = model.stats(batch, outputs, context);
  if (stats instanceof Promise) throw invalidModel('stats returned a promise; it must be synchronous.', values);
  if (typeof stats !== 'object' || stats === null || isValue(stats)) {
    throw invalidModel(
      `stats returned ${describeValue(stats)}, not scalars by name.`,
      'Return for example { accuracy }.',
    );
  }
  for (const [name, value] of Object.entries(stats)) {
    if (name === 'loss' || Object.keys(model.updates ?? {}).some((update) => name === numberOfLoss({ name: update }))) {
      throw invalidModel(`stats has a number named ${name}, like the loss itself.`, 'Rename it.');
    }
    const what = isValue(value) ? describeType(value) : describeValue(value);
    if (!isValue(value) || value.shape.length !== 0) {
      throw invalidModel(`The stat ${name} is ${what}, not a scalar.`, 'Reduce it over the batch: reduceMean.');
    }
  }
  return new Map(Object.entries(stats as Record<string, Value>));
}
