import {
  checkLoss,
  checkOutputs,
  checkStats,
  explainFailure,
  type ModelTensors,
  placeOfUpdate,
} from '@forge-ml/core/plugin';
import type { InputValue, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { isValue } from './check-model.js';
import type { DeclaredUpdate } from './declared-updates.js';
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

/** What the functions of a model may return. */
const modelValues: ModelTensors<Value> = {
  noun: 'value',
  isTensor: isValue,
  describe: describeType,
  isLoss: ({ shape, dtype }) => shape.length === 0 && (dtype === 'float32' || dtype === 'float64'),
  isScalar: (value) => typeof value !== 'number' && value.shape.length === 0,
  computeHint: 'Compute with the functions of @forge-ml/backend-onnx, and return the value itself.',
  reduceHint: 'Reduce it over the batch: reduceMean.',
};

function outputsOf(model: AnyOnnxModel, batch: OnnxBatch, context: OnnxContext): OnnxOutputs | undefined {
  return model.predict === undefined ? undefined : checkOutputs(model.predict(batch, context), modelValues);
}

function lossOf(
  update: DeclaredUpdate,
  batch: OnnxBatch,
  outputs: OnnxOutputs | undefined,
  context: OnnxContext,
): Value {
  return checkLoss(placeOfUpdate(update, 'loss'), update.loss(batch, outputs, context), modelValues);
}

function statsOf(
  model: AnyOnnxModel,
  batch: OnnxBatch,
  outputs: OnnxOutputs | undefined,
  context: OnnxContext,
): Map<string, Value> {
  if (model.stats === undefined) return new Map();
  const updates = Object.keys(model.updates ?? {}).map((name) => ({ name }));
  const stats = checkStats(model.stats(batch, outputs, context), updates, modelValues);
  return new Map(Object.entries(stats as Readonly<Record<string, Value>>));
}
