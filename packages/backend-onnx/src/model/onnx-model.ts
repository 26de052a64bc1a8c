import type { MetricDeclaration, ModelUpdate, NamedTensors } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import type { LayerContext } from '../layers/layer.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { BatchAxes } from './batch-axes.js';
import type { ExportedGraph } from './exported-graph.js';
import type { MixedPrecision } from './mixed-precision.js';

/** A batch as the model sees it: the data config's arrays by name, the examples along the first dimension. */
export type OnnxBatch<Names extends string = string> = Record<Names, Value>;

/** One value, or several by name. */
export type OnnxOutputs = Value | Record<string, Value>;

/** The context in which the model's functions are traced; layers are called with it. */
export type OnnxContext = LayerContext;

/**
 * What a model config's `load` returns for this backend: a plain object.
 *
 * ```ts
 * load({ hidden, learningRate }, { classes }): OnnxModel {
 *   const net = sequential(dense(hidden, { activation: 'relu' }), dropout(0.5), dense(classes));
 *   return {
 *     predict: ({ images }, context) => net(images, context),
 *     loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
 *     stats: ({ labels }, logits) => ({ accuracy: accuracy(logits, labels) }),
 *     optimizer: adam(learningRate),
 *     artefacts: { net },
 *   };
 * }
 * ```
 *
 * The functions are called when the model is built, once for training and once for inference, with symbolic values instead of tensors: what they return is the graph that is run at every step.
 *
 * It has a `loss` and an `optimizer`, or several `updates`.
 *
 * `Outputs` is what `predict` returns and `loss` and `stats` receive. Default: a value. Otherwise for example
 * `OnnxModel<{ mean: Value; variance: Value }>`, or `OnnxModel<undefined>` for a model without `predict`.
 * `Names` are the arrays of the batch that its functions read, so that a misspelled one is a compile error; with
 * `noUncheckedIndexedAccess`, TypeScript needs them: `OnnxModel<Value, 'images' | 'labels'>`.
 */
export type OnnxModel<Outputs extends OnnxOutputs | undefined = Value, Names extends string = string> =
  | OneLossModel<Outputs, Names>
  | SeveralUpdatesModel<Outputs, Names>;

/** Computes the scalar to minimize. */
export type OnnxLoss<Outputs extends OnnxOutputs | undefined = Value, Names extends string = string> = (
  batch: OnnxBatch<Names>,
  outputs: Outputs,
  context: OnnxContext,
) => Value;

/** A model with one loss. */
export interface OneLossModel<Outputs extends OnnxOutputs | undefined = Value, Names extends string = string>
  extends ModelParts<Outputs, Names> {
  /** The scalar loss to minimize. */
  loss(batch: OnnxBatch<Names>, outputs: Outputs, context: OnnxContext): Value;
  readonly optimizer: Optimizer;
  readonly updates?: undefined;
}

/** A model with several losses and optimizers, such as a GAN. */
export interface SeveralUpdatesModel<Outputs extends OnnxOutputs | undefined = Value, Names extends string = string>
  extends ModelParts<Outputs, Names> {
  /** The updates of a step by name, in their order; see `ModelUpdate`. `predict` is called for each of them. */
  readonly updates: Readonly<Record<string, ModelUpdate<OnnxLoss<Outputs, Names>, Optimizer>>>;
  readonly loss?: undefined;
  readonly optimizer?: undefined;
}

/** See `recompute` of `OnnxModel`. */
export type RecomputeOption = 'blocks' | { readonly memory: number | string };

interface ModelParts<Outputs extends OnnxOutputs | undefined, Names extends string> {
  /** The model's outputs from a batch that may lack what only the loss reads. */
  predict?(batch: OnnxBatch<Names>, context: OnnxContext): Outputs;
  /** Scalars to report along with the loss, from the same outputs. */
  stats?(batch: OnnxBatch<Names>, outputs: Outputs, context: OnnxContext): Record<string, Value>;
  /**
   * Names of parameters that are not trained, with `*` for any characters: `encoder/*`. A frozen batch norm uses its
   * running statistics.
   */
  readonly freeze?: string | readonly string[];
  /**
   * Axes of the batch's arrays that may differ from batch to batch, besides the first: `{ tokens: ['batch', 'time'] }`.
   * The same name means the same size; null is the size of the first batch.
   */
  readonly axes?: BatchAxes;
  /**
   * Trains in less memory and more time: parts of the forward pass are computed again in the backward pass, so that
   * their results need not be stored; the bits of all results stay the same. `'blocks'` stores the least; with `memory`
   * (bytes, or text such as `'2GB'`) no more is computed again than the activations need to fit. Default: nothing.
   */
  readonly recompute?: RecomputeOption;
  /**
   * Trains with products (MatMul, Gemm, Conv, …) in half precision, and the rest in float32: parameters, norms, softmax,
   * losses and the optimizer (Micikevicius et al., "Mixed precision training", 2018). With `'float16'` the loss is scaled,
   * and a step whose gradients are not finite is skipped, as by `torch.amp.GradScaler`. Default: `'none'`.
   */
  readonly mixedPrecision?: MixedPrecision;
  /** Initial values by parameter; the others are initialized by their layers. See `loadParameters`. */
  readonly parameters?: NamedTensors;
  /**
   * Metrics over a whole split: `{ f1: f1() }`; and whether lower or higher is better for a number of `stats`, where the
   * name does not imply it: `{ score: { direction: 'max' } }`.
   */
  readonly metrics?: Readonly<Record<string, MetricDeclaration>>;
  /** Messages for the user, shown when a training starts. */
  readonly warnings?: readonly string[];
  /**
   * What `forge export` writes in place of the graph of `predict`, as `fromOnnx` does: a graph with the inputs and outputs
   * of a file. It may use other parameters of the model only.
   */
  exported?(context: OnnxContext): ExportedGraph;
  /** What to return when the model is loaded. The parameters of layers in here are named under their keys. */
  readonly artefacts?: Record<string, unknown>;
}

/** A checked model with any kind of outputs. */
export type AnyOnnxModel = OnnxModel<OnnxOutputs | undefined>;
