import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import type { BaseFile } from './base.js';
import type { Initializer } from './initializers.js';

/** The context of a layer's call: its parameters, and whether the call is for training. */
export interface LayerContext {
  /** Whether the call is for training: dropout drops, batch norm uses the batch's statistics. */
  readonly training: boolean;
  /**
   * The parameter of that name in the calling layer, created on the first call.
   * @throws ForgeError MODEL_INVALID where it was made with another shape.
   */
  parameter(name: string, shape: readonly number[], initial: Initializer, options?: ParameterOptions): ParameterValue;
  /** Adds an existing parameter, for example one read from a file, to the model under its own name. */
  adopt(parameter: ParameterValue): void;
  /** Adds weights of a file that never change, and are in no checkpoint: they are read from the file again. */
  adoptBase(parameters: readonly ParameterValue[], file: BaseFile): void;
  /** Whether the model freezes a parameter: then neither the optimizer nor `update` changes it. */
  isFrozen(parameter: ParameterValue): boolean;
  /** Sets the value, after this update, of a parameter that the optimizer does not update, such as a running mean. No effect if it is frozen. */
  update(parameter: ParameterValue, value: Value): void;
  /** The value of such a parameter after the updates of this step so far: a layer may be called twice. */
  current(parameter: ParameterValue): Value;
  /**
   * Sets a share `rate` of the elements to zero and scales the rest by 1 / (1 - rate), while training. Which ones is
   * a function of the run's seed, the step, and the index of this call within the step.
   */
  dropout(x: Value, rate: number): Value;
  /**
   * Random numbers from 0 up to 1, without 1, in the shape of `x`, as float32. Like the mask of `dropout`, they are a
   * function of the run's seed, the step, and the index of this call within the step.
   */
  uniform(x: Value): Value;
  /** The context inside the layer: parameters are named under it. */
  within(layer: LayerIdentity): LayerContext;
}

export interface ParameterOptions {
  /** false for state that the optimizer does not update; true by default. */
  readonly trainable?: boolean;
  /**
   * The number of inputs summed for one output, and of outputs that one input contributes to. Default: from the shape,
   * [in, out].
   */
  readonly fanIn?: number;
  readonly fanOut?: number;
}

/** What a layer's parameters are named after. */
export interface LayerIdentity {
  /** `dense`, `batch_normalization`: unnamed layers are numbered by kind. */
  readonly kind: string;
  readonly givenName: string | undefined;
  /** Whether it adds no name of its own to the names of its parameters, as an unnamed `sequential`. */
  readonly transparent?: boolean;
  /** false: parameters made inside it are not trained. */
  readonly trainable?: boolean;
}

/** A function of values that has parameters. `Options` is what may be passed at each call. */
export interface Layer<Options = undefined> extends LayerIdentity {
  (x: Value, context: LayerContext, options?: Options): Value;
}

/** An element of a `sequential`: a layer, or a plain function of values. */
export type Step = (x: Value, context: LayerContext) => Value;

export interface NamedOptions {
  /** false: its parameters, and those of layers inside it, keep their values. Default: true. */
  readonly trainable?: boolean;
  /** The prefix of its parameters' names; `dense_1`, `dense_2`, … by default. */
  readonly name?: string;
}

/** Makes a layer: `body` computes it, with a context in which parameters are named under the layer. */
export function makeLayer<Options = undefined>(
  kind: string,
  { name, trainable }: NamedOptions,
  body: (x: Value, context: LayerContext, options: Options | undefined) => Value,
): Layer<Options> {
  const identity: LayerIdentity = { kind, givenName: name, ...(trainable === undefined ? {} : { trainable }) };
  const call = (x: Value, context: LayerContext, options?: Options): Value => body(x, context.within(layer), options);
  const layer: Layer<Options> = Object.assign(call, identity);
  return layer;
}
