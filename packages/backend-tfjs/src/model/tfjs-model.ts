import type { MetricDeclaration } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizers/optimizer.js';

/** A batch as the model sees it: the data config's arrays by name, the examples along the first dimension. */
export type TfjsBatch = Record<string, tf.Tensor>;

export interface StepContext {
  /** Whether this is for an update: for `mlp.apply(x, { training })`. */
  readonly training: boolean;
  /** Updates done before; 0 where nothing is trained. */
  readonly step: number;
  /**
   * Sets a share `rate` of the elements to zero and scales the rest by 1 / (1 - rate), while training. Which ones is
   * a function of the run's seed, the step, and the how-manieth call of the step this is.
   */
  dropout<T extends tf.Tensor>(x: T, rate: number): T;
}

/** One tensor, or several by name. */
export type TfjsOutputs = tf.Tensor | Record<string, tf.Tensor>;

/** What calling a `tf.LayersModel` or layer is typed to give, so that no cast is needed. One tensor at run time. */
export type Applied = ReturnType<tf.LayersModel['apply']>;

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
 * `Outputs` is what `predict` gives and `loss` and `stats` get: a tensor unless said otherwise, for example
 * `TfjsModel<{ mean: tf.Tensor; variance: tf.Tensor }>`, or `TfjsModel<undefined>` for a model without `predict`.
 */
export interface TfjsModel<Outputs extends TfjsOutputs | undefined = tf.Tensor> {
  /** The model's outputs from a batch that may lack what only the loss reads. */
  predict?(batch: TfjsBatch, context: StepContext): Outputs | Applied;
  /** What is to be made small: a scalar. */
  loss(batch: TfjsBatch, outputs: Outputs, context: StepContext): tf.Tensor;
  /** Numbers to report beside the loss, from the same outputs. Computed at every step on a CPU engine, and on a GPU where they are reported. */
  stats?(batch: TfjsBatch, outputs: Outputs, context: StepContext): Record<string, tf.Tensor | number>;
  readonly optimizer: Optimizer | tf.Optimizer;
  /** Which way metrics of the model's own are better, where the name does not tell: `{ score: { direction: 'max' } }`. */
  readonly metrics?: Readonly<Record<string, MetricDeclaration>>;
  /** What to hand back when the model is loaded. Models and variables in here are named after their keys. */
  readonly artefacts?: Record<string, unknown>;
  /** Names for plain variables. */
  readonly variables?: Record<string, tf.Variable>;
}

/** A model of which only its having passed the checks is known. */
export type AnyTfjsModel = TfjsModel<TfjsOutputs | undefined>;
