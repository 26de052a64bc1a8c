import {
  type Batch,
  invalidModel,
  matchParameters,
  PlateauState,
  patternsOf,
  requireMetric,
} from '@forge-ml/core/plugin';
import { gradientsOf } from '@forge-ml/onnx';
import type { Changes, Graph, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { rebuild, walk } from '@forge-ml/onnx/graph';
import { buildUpdates } from '../optimizers/build-updates.js';
import { StepScalars } from '../optimizers/per-step.js';
import { UpdateSchedule } from '../optimizers/update-schedule.js';
import { InitialParameters } from './initial-parameters.js';
import { LayerNames } from './layer-names.js';
import type { AnyOnnxModel } from './onnx-model.js';
import { Parameters } from './parameters.js';
import { batchInputs, type Trace, traceModel } from './trace.js';
import { graphOf, namedOutputs, type StatefulGraph, type TrainingReport, trainingGraph } from './training-graph.js';

/** What an evaluation returns besides its numbers, and of which weights. */
export interface EvaluationReport {
  /** The model's outputs, as `outputs/<name>`. */
  readonly outputs?: boolean;
  /** Whether to evaluate the moving averages of the parameters. */
  readonly averages?: boolean;
}

/** All that a session runs, and the state it runs on. */
export interface ModelGraphs {
  readonly parameters: readonly ParameterValue[];
  /** The names of those that are trained. */
  readonly trained: ReadonlySet<string>;
  readonly slots: ReadonlyMap<string, ParameterValue>;
  /** The state that holds the moving average of each trained parameter, by its name; empty without `ema`. */
  readonly averages: ReadonlyMap<string, ParameterValue>;
  /** One step: batch, scalars and seeds to loss, stats and the next state. */
  training(report?: TrainingReport): StatefulGraph;
  /** Batch to loss and stats. */
  evaluation(report?: EvaluationReport): Graph;
  /** The model's inputs to its outputs; null where it has no `predict`. */
  readonly prediction: Graph | null;
  readonly scalars: StepScalars;
  readonly schedule: UpdateSchedule;
  /** What the learning rate depends on besides the step. */
  readonly plateaus: readonly PlateauState[];
  readonly dropouts: number;
  /** The arrays that the loss or the stats read, and `predict` does not; undefined without `predict`. */
  readonly labels: readonly string[] | undefined;
  readonly warnings: readonly string[];
}

export interface BuildOptions {
  readonly seed: number;
  /** Patterns of the names of parameters to freeze besides those that the model freezes. */
  readonly freeze?: readonly string[] | undefined;
  /** The decay of moving averages of the trained parameters. Default: none. */
  readonly ema?: number | undefined;
  /** Replaces operators that an engine has no kernels for. Only training graphs need it so far. */
  readonly rewrite?: Changes['rewrite'];
}

/**
 * The graphs of a model: its functions traced for training, with gradients and the optimizer's updates, and for
 * inference.
 * @throws ForgeError MODEL_INVALID; STATE_MISMATCH for given values that do not fit the parameters
 */
export function buildGraphs(model: AnyOnnxModel, sample: Batch, options: BuildOptions): ModelGraphs {
  const { seed, ema, rewrite } = options;
  const inputs = batchInputs(sample);
  const names = new LayerNames(model.artefacts);
  const initial = new InitialParameters(model.parameters);
  const freeze = [...frozenBy(model), ...(options.freeze ?? [])];
  const parameters = new Parameters(seed, initial, freeze);
  const training = traceModel(model, inputs, names, parameters, true);
  const inference = traceModel(model, inputs, names, parameters, false);
  const all = parameters.all;
  const parameterNames = all.map(({ name }) => name);
  initial.checkAllUsed(parameterNames);
  if (freeze.length > 0) matchParameters('freeze', freeze, parameterNames);
  const trained = all.filter((parameter) => parameters.isTrained(parameter));
  if (trained.length === 0) throw nothingToTrain(all);
  for (const { name } of all) if (Object.hasOwn(inputs, name)) throw nameClash(name);

  const gradients = gradientsOf(training.loss, trained);
  const unused = trained.filter((_, index) => gradients[index] === null).map(({ name }) => name);
  if (unused.length === trained.length) {
    throw invalidModel(
      `The loss depends on none of the model's trainable parameters: ${unused.join(', ')}.`,
      'Compute it from the outputs with operators that have gradients (argMax and comparisons have none).',
    );
  }
  const { optimizer } = model;
  if (optimizer.plateau !== undefined) requireMetric(optimizer.plateau, inference.stats.keys());
  const plateau = optimizer.plateau && new PlateauState(optimizer.plateau);
  const schedule = new UpdateSchedule(optimizer, { scale: () => plateau?.scale ?? 1 });
  const scalars = new StepScalars();
  const frozen = all.filter((value) => value.trainable && !parameters.isTrained(value)).map(({ name }) => name);
  const updates = buildUpdates({
    optimizer,
    parameters: trained,
    gradients,
    frozen,
    ema,
    schedule,
    stepScalars: scalars,
  });
  const step = {
    numbers: numbersOf(training),
    outputs: training.outputs,
    state: new Map([...updates.next, ...training.updates]),
  };
  return {
    parameters: all,
    trained: new Set(trained.map(({ name }) => name)),
    slots: updates.slots,
    averages: updates.averages,
    training: (report) => trainingGraph(step, report, rewrite),
    evaluation: (report) => evaluationGraph(inference, updates.averages, report),
    prediction: inference.outputs.size === 0 ? null : graphOf(inference.outputs),
    scalars,
    schedule,
    plateaus: plateau === undefined ? [] : [plateau],
    dropouts: training.dropouts,
    labels: labelsOf(inference),
    warnings: unused.length === 0 ? [] : [`The loss does not depend on ${unused.join(', ')}: not trained.`],
  };
}

function evaluationGraph(
  inference: Trace,
  averages: ReadonlyMap<string, ParameterValue>,
  { outputs: withOutputs = false, averages: ofAverages = false }: EvaluationReport = {},
): Graph {
  const outputs = new Map([...numbersOf(inference), ...(withOutputs ? namedOutputs(inference.outputs) : [])]);
  if (!ofAverages) return graphOf(outputs);
  const substitute = (value: Value) => (value.kind === 'parameter' ? averages.get(value.name) : undefined);
  return graphOf(rebuild({ inputs: [], outputs }, { substitute }).outputs);
}

/** The loss as `loss`, each stat as `stats/<name>`. */
function numbersOf({ loss, stats }: Trace): ReadonlyMap<string, Value> {
  return new Map([['loss', loss], ...Array.from(stats, ([name, value]) => [`stats/${name}`, value] as const)]);
}

function frozenBy({ freeze = [] }: AnyOnnxModel): readonly string[] {
  return freeze.length === 0 ? [] : patternsOf("The model's freeze", freeze);
}

function nothingToTrain(all: readonly ParameterValue[]) {
  if (all.some(({ trainable }) => trainable)) {
    return invalidModel('All trainable parameters of the model are frozen.', 'Freeze fewer of them.');
  }
  return invalidModel(
    'The model has no trainable parameter.',
    'Call its layers with the context that loss and predict receive.',
  );
}

function labelsOf(inference: Trace): readonly string[] | undefined {
  if (inference.outputs.size === 0) return undefined;
  const predicted = new Set(walk(inference.outputs.values()).inputs);
  const read = walk(numbersOf(inference).values()).inputs;
  return read.filter((value) => !predicted.has(value)).map(({ name }) => name);
}

function nameClash(name: string) {
  return invalidModel(
    `A parameter of the model and an array of the batch are both named ${name}.`,
    'Give the layer or the parameter another name.',
  );
}
