import type { MetricDeclaration, ModelUpdate } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizers/optimizer.js';

/** A batch as the model sees it: the data config's arrays by name, the examples along the first dimension. */
export type TfjsBatch<Names extends string = string> = Record<Names, tf.Tensor>;

export interface StepContext {
  /** Whether the call is for training: for `mlp.apply(x, { training })`. */
  readonly training: boolean;
  /** Number of previous steps; 0 when not training. */
  readonly step: number;
  /**
   * Sets a share `rate` of the elements to zero and scales the rest by 1 / (1 - rate), while training. Which ones is a
   * function of the run's seed, the step, and the index of this call within the step.
   */
  dropout<T extends tf.Tensor>(x: T, rate: number): T;
}

/** One tensor, or several by name. */
export type TfjsOutputs = tf.Tensor | Record<string, tf.Tensor>;

/** The declared result of calling a `tf.LayersModel` or layer, so that no cast is needed. One tensor at run time. */
export type Applied = ReturnType<tf.LayersModel['apply']>;

/** Computes the scalar to minimize. */
export type TfjsLoss<Outputs extends TfjsOutputs | undefined = tf.Tensor, Names extends string = string> = (
  batch: TfjsBatch<Names>,
  outputs: Outputs,
  context: StepContext,
) => tf.Tensor;

/**
 * What a model config's `load` returns for this backend: a plain object.
 *
 * ```ts
 * load({ hidden, learningRate }): TfjsModel {
 *   const mlp = tf.sequential({ layers: [...] });
 *   return {
 *     predict: ({ images }, { training }) => mlp.apply(images, { training }),
 *     loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits),
 *     optimizer: adam(learningRate),
 *     artefacts: { mlp },
 *   };
 * }
 * ```
 *
 * It has a `loss` and an `optimizer`, or several `updates`.
 *
 * `Outputs` is what `predict` returns and `loss` and `stats` receive. Default: a tensor. Otherwise for example
 * `TfjsModel<{ mean: tf.Tensor; variance: tf.Tensor }>`, or `TfjsModel<undefined>` for a model without `predict`.
 * `Names` are the arrays of the batch that its functions read, so that a misspelled one is a compile error; with
 * `noUncheckedIndexedAccess`, TypeScript needs them: `TfjsModel<tf.Tensor, 'images' | 'labels'>`.
 */
export type TfjsModel<Outputs extends TfjsOutputs | undefined = tf.Tensor, Names extends string = string> =
  | OneLossModel<Outputs, Names>
  | SeveralUpdatesModel<Outputs, Names>;

/** A model with one loss. */
export interface OneLossModel<Outputs extends TfjsOutputs | undefined = tf.Tensor, Names extends string = string>
  extends ModelParts<Outputs, Names> {
  /** The scalar loss to minimize. */
  loss(batch: TfjsBatch<Names>, outputs: Outputs, context: StepContext): tf.Tensor;
  readonly optimizer: Optimizer | tf.Optimizer;
  readonly updates?: undefined;
}

/** A model with several losses and optimizers, such as a GAN. */
export interface SeveralUpdatesModel<Outputs extends TfjsOutputs | undefined = tf.Tensor, Names extends string = string>
  extends ModelParts<Outputs, Names> {
  /** The updates of a step by name, in their order; see `ModelUpdate`. `predict` is called for each of them. */
  readonly updates: Readonly<Record<string, ModelUpdate<TfjsLoss<Outputs, Names>, Optimizer | tf.Optimizer>>>;
}

interface ModelParts<Outputs extends TfjsOutputs | undefined, Names extends string> {
  /** The model's outputs from a batch that may lack what only the loss reads. */
  predict?(batch: TfjsBatch<Names>, context: StepContext): Outputs | Applied;
  /**
   * Scalars to report along with the loss, from the same outputs. Computed at every step on a CPU engine, but only when
   * reported on a GPU.
   */
  stats?(batch: TfjsBatch<Names>, outputs: Outputs, context: StepContext): Record<string, tf.Tensor | number>;
  /**
   * Names of parameters that are not trained, with `*` for any characters: `encoder/*`. Frozen batch normalization uses
   * its moving averages.
   */
  readonly freeze?: string | readonly string[];
  /**
   * Metrics over a whole split: `{ f1: f1() }`; and whether lower or higher is better for a number of `stats`, where the
   * name does not imply it: `{ score: { direction: 'max' } }`.
   */
  readonly metrics?: Readonly<Record<string, MetricDeclaration>>;
  /** What to return when the model is loaded. Models and variables in here are named after their keys. */
  readonly artefacts?: Record<string, unknown>;
  /** Names for plain variables. */
  readonly variables?: Record<string, tf.Variable>;
}

/** A checked model with any kind of outputs. */
export type AnyTfjsModel = TfjsModel<TfjsOutputs | undefined>;
