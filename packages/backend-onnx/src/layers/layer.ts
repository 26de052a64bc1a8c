import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import type { Initializer } from './initializers.js';

/** What a layer is called in: where its parameters live, and whether it is called for an update. */
export interface LayerContext {
  /** Whether this is for an update: dropout drops, batch norm uses the batch's statistics. */
  readonly training: boolean;
  /**
   * The parameter of that name under the layer that asks, made at the first call. Asked for again it is the same one.
   * @throws ForgeError MODEL_INVALID where it was made with another shape.
   */
  parameter(name: string, shape: readonly number[], initial: Initializer, options?: ParameterOptions): ParameterValue;
  /** Makes a parameter that was made elsewhere (read from a file, say) one of the model's, under the name it has. */
  adopt(parameter: ParameterValue): void;
  /** Gives a parameter that the optimizer leaves alone (a running mean, say) its value after this update. */
  update(parameter: ParameterValue, value: Value): void;
  /**
   * Sets a share `rate` of the elements to zero and scales the rest by 1 / (1 - rate), while training. Which ones is
   * a function of the run's seed, the step, and the index of this call within the step.
   */
  dropout(x: Value, rate: number): Value;
  /** The context for what is inside the layer: its parameters are named under it. */
  within(layer: LayerIdentity): LayerContext;
}

export interface ParameterOptions {
  /** false for state that the optimizer leaves alone; true by default. */
  readonly trainable?: boolean;
  /** How many numbers are summed up for one output, and how many outputs one input goes to; read off the shape, [in, out], by default. */
  readonly fanIn?: number;
  readonly fanOut?: number;
}

/** What a layer's parameters are named after. */
export interface LayerIdentity {
  /** `dense`, `batch_normalization`: layers without a name of their own are counted by this. */
  readonly kind: string;
  readonly givenName: string | undefined;
  /** Whether its parameters stand under a name of its own at all; `sequential` leaves that to the layers inside it. */
  readonly transparent?: boolean;
  /** false: parameters made inside it are not trained. */
  readonly trainable?: boolean;
}

/** A function of values that has parameters. `Options` is what may be passed at each call. */
export interface Layer<Options = undefined> extends LayerIdentity {
  (x: Value, context: LayerContext, options?: Options): Value;
}

/** Anything that stands in a `sequential`: a layer, or a plain function of values. */
export type Step = (x: Value, context: LayerContext) => Value;

export interface NamedOptions {
  /** false: its parameters, and those of layers inside it, keep their values. Default: true. */
  readonly trainable?: boolean;
  /** What its parameters are named under; `dense_1`, `dense_2`, … by default. */
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
