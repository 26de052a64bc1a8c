import type { Value } from '@forge-ml/onnx/graph';
import type { OneLossModel, OnnxBatch, OnnxContext, OnnxOutputs } from '../model/onnx-model.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { InputMap } from './bind-inputs.js';
import type { Calls } from './calls.js';
import type { LoraOptions } from './lora/lora-options.js';
import type { Trainable } from './trainable.js';
import type { BatchNormMode } from './training-mode.js';

export interface FromOnnxOptions<Features extends OnnxOutputs = Value, Outputs extends OnnxOutputs = Features> {
  /** The scalar loss to minimize. */
  loss(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Value;
  /** Scalars to report along with the loss. */
  stats?(batch: OnnxBatch, outputs: Outputs, context: OnnxContext): Record<string, Value>;
  /** adam(0.001) by default. */
  readonly optimizer?: Optimizer;
  /**
   * Which of the file's parameters are trained, by names with `*` (`['head.*', '*.bias']`) or a function; all by
   * default, none for `[]`. The others keep their values. Layers of a `head` are always trained.
   */
  readonly trainable?: Trainable;
  /**
   * Adapts the model by low-rank adapters instead of training its own parameters: only they, what `also` names, and
   * layers of a `head` are trained and saved. The model's own weights stay in its file.
   */
  readonly lora?: LoraOptions;
  /** Parameters that are not trained, layers of a `head` too: as in OnnxModel. */
  readonly freeze?: string | readonly string[];
  /**
   * By the model's input: the name of the batch's array for it, or a function of the batch, such as
   * `{ pixels: ({ images }, context) => channelsFirst()(images, context) }`. Inputs not named here read the array of the same name; integers are converted to the input's dtype.
   */
  readonly inputs?: InputMap;
  /**
   * The model's outputs: the name of an output of the file, or of any intermediate value, to cut the model there; a
   * list of names gives values by name. Default: the file's outputs, a value if there is only one.
   */
  readonly outputs?: string | readonly string[];
  /** Layers on top of the outputs, for example a new last layer for other classes. */
  head?(features: Features, context: OnnxContext): Outputs;
  /**
   * Which batch norms use the batch's statistics, and update their running ones, while training: those whose scale and
   * bias are not both frozen (`trained`, the default), `all` or `none`.
   */
  readonly batchNorm?: BatchNormMode;
  /**
   * Axes of the batch's arrays that may differ from batch to batch, as in OnnxModel. Default: those that the file leaves
   * open, for arrays that are given to its inputs as they are, and for other arrays (targets for each position) axes that
   * are as long as one of those in the first batch.
   */
  readonly axes?: OneLossModel['axes'];
  /** As in OnnxModel. */
  readonly recompute?: OneLossModel['recompute'];
  /** As in OnnxModel. */
  readonly mixedPrecision?: OneLossModel['mixedPrecision'];
  /** As in OnnxModel. */
  readonly metrics?: OneLossModel['metrics'];
  /** As in OnnxModel; the head is added as `head`. */
  readonly artefacts?: Record<string, unknown>;
  /** See FromOnnxCallsOptions. */
  readonly calls?: undefined;
}

/** Options of a model that reads several things of each example with the same weights, such as the two texts of a pair. */
export interface FromOnnxCallsOptions<Features extends OnnxOutputs = Value, Name extends string = string>
  extends Omit<FromOnnxOptions<Features, Record<Name, Value>>, 'head' | 'calls'> {
  /**
   * By a name of each call of the model: its `inputs`, in addition to those of all calls. `loss` and `metrics` get the
   * output of each call by this name. An exported file is that of one call.
   */
  readonly calls: Calls<Name>;
  /** Layers on top of the outputs of each call. */
  head?(features: Features, context: OnnxContext): Value;
}

/** What both have, and either of their forms of `head` and `calls`. */
export type AnyFromOnnxOptions<Features extends OnnxOutputs, Outputs extends OnnxOutputs> = Omit<
  FromOnnxOptions<Features, Outputs>,
  'head' | 'calls'
> & { readonly calls?: Calls | undefined; head?(features: Features, context: OnnxContext): OnnxOutputs };

export const fromOnnxOptions = [
  'loss',
  'stats',
  'optimizer',
  'trainable',
  'lora',
  'freeze',
  'inputs',
  'calls',
  'outputs',
  'head',
  'batchNorm',
  'axes',
  'recompute',
  'mixedPrecision',
  'metrics',
  'artefacts',
];
