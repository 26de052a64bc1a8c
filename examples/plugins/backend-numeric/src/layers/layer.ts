import type { RandomStream } from '@forge-ml/core/plugin';
import type { Matrix } from '../matrix.js';

/** A parameter of a layer, which training changes and checkpoints store. */
export interface Parameter {
  /** The name within its layer, e.g. `kernel`. */
  readonly name: string;
  readonly value: Matrix;
  /** The gradient of the loss with respect to `value`, set by each `backward`. */
  readonly gradient: Matrix;
}

/** The options of a forward pass. */
export interface Pass {
  /** Whether this is a training step, followed by `backward`. */
  readonly training: boolean;
  /** Random numbers that depend only on the seed and the step, so that a resumed run draws the same. */
  readonly random: RandomStream;
}

/** A layer: maps [batch, inputs] to [batch, outputs]. */
export interface Layer {
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  forward(x: Matrix, pass: Pass): Matrix;
  /**
   * Sets the gradients of the parameters for the last `forward`, and returns the gradient of its inputs.
   * @param gradient of the loss with respect to the outputs, [batch, outputs]
   */
  backward(gradient: Matrix): Matrix;
}

/** A layer in a model config, before its number of inputs is known. */
export interface LayerPlan {
  /** A part of the names of its parameters, e.g. `dense`. */
  readonly kind: string;
  /** @param random draws the initial parameters */
  build(inputs: number, random: RandomStream): Layer;
}
