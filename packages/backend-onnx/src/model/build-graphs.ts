import {
  type Batch,
  declaredUpdates,
  invalidModel,
  matchParameters,
  messageOf,
  parametersOfUpdates,
  patternsOf,
  placeOfUpdate,
} from '@forge-ml/core/plugin';
import type { DefinedGradient } from '@forge-ml/onnx';
import type { Changes, Graph, ParameterValue, Value } from '@forge-ml/onnx/graph';
import type { Base, BaseFile } from '../layers/base.js';
import { StepScalars } from '../optimizers/per-step.js';
import { type BatchAxes, batchInputs, checkArraysOf, sizesOfAxes, withLikelyAxes } from './batch-axes.js';
import { type BuiltUpdate, buildUpdate } from './build-update.js';
import { inMixedPrecision } from './cast-trace.js';
import type { DeclaredUpdate } from './declared-updates.js';
import { type EvaluationReport, evaluationGraph, evaluationOf, labelsOf, packedWarnings } from './evaluation-graph.js';
import { type ExportedGraph, simplifiedExport } from './exported-graph.js';
import { checkInferenceModel } from './inference-model.js';
import { InitialParameters } from './initial-parameters.js';
import type { KernelUpdate } from './kernel-update.js';
import { LayerNames } from './layer-names.js';
import { checkMixedPrecision } from './mixed-precision.js';
import type { AnyOnnxModel, OnnxContext } from './onnx-model.js';
import { packedConstants } from './packed-constants.js';
import { Parameters } from './parameters.js';
import { recomputation } from './recompute.js';
import type { StateValue } from './state-value.js';
import { type Trace, traceModel } from './trace.js';
import { type TraceNotes, traceContext } from './trace-context.js';
import { graphOf, type StatefulGraph, type TrainingReport, trainingGraph } from './training-graph.js';
import { trainingStep } from './training-step.js';

/** What a session must know about an update. */
export type UpdateInfo = Pick<BuiltUpdate, 'name' | 'schedule' | 'plateau' | 'lossScale' | 'parameters'>;

/** All that a session runs, and the state it runs on. */
export interface ModelGraphs {
  readonly parameters: readonly ParameterValue[];
  /** Weights that never change, and are no state. */
  readonly base: Base;
  /** The weights of 4 bits of the base, by their constants: parameters of their bytes, for all graphs on the CPU. */
  readonly packed: ReadonlyMap<Value, ParameterValue>;
  /** The names of those that are trained. */
  readonly trained: ReadonlySet<string>;
  readonly slots: ReadonlyMap<string, StateValue>;
  /** The state that holds the moving average of each trained parameter, by its name; empty without `ema`. */
  readonly averages: ReadonlyMap<string, ParameterValue>;
  /** Names of the state that the training graph writes. */
  readonly written: ReadonlySet<string>;
  /** The update that kernels make after each run of the training graph; undefined if the graph makes all. */
  readonly kernelUpdate: KernelUpdate | undefined;
  /** One step: batch, scalars and seeds to loss, stats, and the next state or the gradients for `kernelUpdate`. */
  training(report?: TrainingReport): StatefulGraph;
  /** Batch to loss and stats. */
  evaluation(report?: EvaluationReport): Graph;
  /** The model's inputs to its outputs; null where it has no `predict`. */
  readonly prediction: Graph | null;
  /** What `forge export` writes; null for the graph of `predict`. */
  readonly exported: ExportedGraph | null;
  readonly scalars: StepScalars;
  /** The updates of a step, in their order. */
  readonly updates: readonly UpdateInfo[];
  readonly dropouts: number;
  /** The arrays that the loss or the stats read, and `predict` does not; undefined without `predict`. */
  readonly labels: readonly string[] | undefined;
  /** The sizes that open axes have in the sample, by name. */
  readonly sizes: ReadonlyMap<string, number>;
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
  /** Gradient rules of the engine, in place of the usual ones. */
  readonly rules?: readonly DefinedGradient[] | undefined;
  /** Whether kernels may update the parameters, where the model allows it. Default: no. */
  readonly kernels?: boolean;
  /** Whether the graphs share weights of 4 bits as bytes. Default: no, they are constants. */
  readonly packed?: boolean;
}

/**
 * The graphs of a model: its functions traced for training, with gradients and the optimizer's updates, and for
 * inference.
 * @throws ForgeError MODEL_INVALID; STATE_MISMATCH for given values that do not fit the parameters
 */
export function buildGraphs(model: AnyOnnxModel, sample: Batch, options: BuildOptions): ModelGraphs {
  const { axes } = model;
  if (axes === undefined) return built(model, sample, {}, options);
  const graphs = withOpenAxes(model, sample, axes, options);
  // After what is wrong with the model itself.
  checkArraysOf(axes, sample);
  return graphs;
}

function withOpenAxes(model: AnyOnnxModel, sample: Batch, axes: BatchAxes, options: BuildOptions): ModelGraphs {
  try {
    return built(model, sample, withLikelyAxes(sample, axes), options);
  } catch {
    // It needs the size of what only looks like an open axis, or it fails again below.
  }
  try {
    return built(model, sample, axes, options);
  } catch (error) {
    try {
      const fixed = built(model, sample, {}, options);
      return { ...fixed, warnings: [...fixed.warnings, fixedWarning(sample, axes, error)] };
    } catch {
      throw error;
    }
  }
}

function fixedWarning(sample: Batch, axes: BatchAxes, error: unknown): string {
  const open = Object.keys(axes).filter((name) => axes[name]!.some((axis, at) => at > 0 && typeof axis === 'string'));
  const shapes = open.map((name) => `${name}: [batch, ${sample[name]!.shape.slice(1).join(', ')}]`).join('; ');
  return `The model was built for the sizes of the first batch only (${shapes}). With open axes: ${messageOf(error)}`;
}

function built(model: AnyOnnxModel, sample: Batch, axes: BatchAxes, options: BuildOptions): ModelGraphs {
  const { seed, ema, rewrite, rules, kernels = false, packed = false } = options;
  const inputs = batchInputs(sample, axes);
  const declared = declaredUpdates(model);
  const names = new LayerNames(model.artefacts);
  const initial = new InitialParameters(model.parameters);
  const freeze = [...frozenBy(model), ...(options.freeze ?? [])];
  const parameters = new Parameters(seed, initial, freeze);
  const tracer = { model, inputs, names, parameters };
  const traces: Trace[] = [];
  const mixed = checkMixedPrecision(model.mixedPrecision);
  for (const update of declared) {
    const trace = traceModel(tracer, [update], { training: true, dropouts: traces.at(-1)?.dropouts ?? 0 });
    traces.push(mixed === undefined ? trace : inMixedPrecision(trace, mixed));
  }
  const inference = traceModel(tracer, declared, { training: false });
  const all = parameters.all;
  const base = parameters.base;
  const parameterNames = [...all, ...base.values].map(({ name }) => name);
  initial.checkAllUsed(parameterNames);
  if (freeze.length > 0) matchParameters('freeze', freeze, parameterNames);
  const trainable = all.filter((value) => value.trainable);
  const isTrained = ({ name }: ParameterValue) => !parameters.isFrozen(name);
  if (!trainable.some(isTrained)) throw nothingToTrain(trainable, all.length);
  for (const name of parameterNames) if (Object.hasOwn(inputs, name)) throw nameClash(name);

  const evaluation = evaluationOf(inference, declared);
  const scalars = new StepScalars();
  const updates = assign(declared, trainable).map((own, index) => {
    return buildUpdate(declared[index]!, {
      parameters: own.filter(isTrained),
      frozen: own.filter((value) => !isTrained(value)).map(({ name }) => name),
      trace: traces[index]!,
      stats: [...evaluation.numbers.keys()].map((name) => name.replace(/^stats\//, '')),
      scalars,
      ema,
      rules,
      lossScale: mixed?.lossScale,
      recompute: model.recompute === undefined ? undefined : recomputation(model.recompute, sample, inputs),
      // Another update of the step reads the parameters of the one before it, within the graph.
      kernels: kernels && declared.length === 1 && (declared[0]!.every ?? 1) === 1,
    });
  });
  const { exported, problem } = exportedBy(model, traceContext({ ...untrained(names), parameters }), base.files);
  const step = trainingStep(updates, scalars);
  const averages = new Map(updates.flatMap((update) => [...update.averages]));
  const update = updates[0]!.kernelUpdate;
  const trained = new Set(updates.flatMap((update) => update.parameters));
  return {
    parameters: all,
    base,
    packed: packedConstants(packed ? base.files : [], [...evaluation.numbers.values(), ...evaluation.outputs.values()]),
    trained: new Set([...trained].map(({ name }) => name)),
    slots: new Map(updates.flatMap(({ slots }) => [...slots])),
    averages,
    written: new Set([...step.state.keys()].map(({ name }) => name)),
    kernelUpdate: update,
    training: (report) => trainingGraph(step, report, { rewrite, kernels: update !== undefined }),
    evaluation: (report) => evaluationGraph(evaluation, averages, report),
    prediction: inference.outputs.size === 0 ? null : graphOf(inference.outputs),
    exported,
    scalars,
    updates,
    dropouts: traces.at(-1)!.dropouts,
    labels: labelsOf(evaluation),
    sizes: sizesOfAxes(sample, inputs),
    warnings: [
      ...(model.warnings ?? []),
      ...(problem === undefined ? [] : [problem]),
      ...packedWarnings(evaluation, inputs),
      ...updates.flatMap(unusedWarnings),
      ...untrainedWarnings(trainable.filter((value) => isTrained(value) && !trained.has(value))),
    ],
  };
}

/** For a trace that is not for training. */
function untrained(names: LayerNames): Pick<TraceNotes, 'training' | 'names' | 'updates' | 'dropouts'> {
  names.startTrace();
  return { training: false, names, updates: new Map(), dropouts: 0 };
}

/** What the model exports; a warning where it cannot be written, and `predict` is exported. */
function exportedBy(model: AnyOnnxModel, context: OnnxContext, files: readonly BaseFile[]) {
  if (model.exported === undefined) return { exported: null };
  try {
    const exported = simplifiedExport(model.exported(context));
    checkInferenceModel(exported, files);
    return { exported };
  } catch (error) {
    return {
      exported: null,
      problem: `forge export will write what predict computes, not the whole file: ${messageOf(error)}`,
    };
  }
}

/** The trainable parameters of each update, frozen ones too. */
function assign(updates: readonly DeclaredUpdate[], trainable: readonly ParameterValue[]) {
  const owned = parametersOfUpdates(
    updates.map(({ name = '', parameters = ['*'] }) => ({ name, parameters })),
    trainable.map(({ name }) => name),
  );
  return owned.map((own) => trainable.filter(({ name }) => own.has(name)));
}

function unusedWarnings(update: BuiltUpdate): string[] {
  const loss = update.name === undefined ? 'The loss' : placeOfUpdate(update, 'loss');
  return update.unused.length === 0 ? [] : [`${loss} does not depend on ${update.unused.join(', ')}: not trained.`];
}

function untrainedWarnings(untrained: readonly ParameterValue[]): string[] {
  return untrained.length === 0 ? [] : [`No update trains ${untrained.map(({ name }) => name).join(', ')}.`];
}

function frozenBy({ freeze = [] }: AnyOnnxModel): readonly string[] {
  return freeze.length === 0 ? [] : patternsOf("The model's freeze", freeze);
}

function nothingToTrain(frozen: readonly ParameterValue[], count: number) {
  if (frozen.length > 0) {
    return invalidModel('All trainable parameters of the model are frozen.', 'Freeze fewer of them.');
  }
  return invalidModel(
    'The model has no trainable parameter.',
    count === 0
      ? 'Call its layers with the context that loss and predict receive; a file for fromOnnx must have weights.'
      : `Its ${count} parameters are all fixed: with fromOnnx, let trainable match some of them, or add a head.`,
  );
}

function nameClash(name: string) {
  return invalidModel(
    `A parameter of the model and an array of the batch are both named ${name}.`,
    'Give the layer or the parameter another name.',
  );
}
