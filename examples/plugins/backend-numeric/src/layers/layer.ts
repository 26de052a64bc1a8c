import type { RandomStream } from '@forge-ml/core/plugin';
import type { Matrix } from '../matrix.js';

/** Numbers that a layer has: what training changes, and checkpoints hold. */
export interface Parameter {
  /** After its layer, e.g. `kernel`. */
  readonly name: string;
  readonly value: Matrix;
  /** Of the loss with respect to `value`: filled by each `backward`. */
  readonly gradient: Matrix;
}

/** How a layer is used this time. */
export interface Turn {
  /** Whether this is a step of the training, whose gradients are wanted. */
  readonly training: boolean;
  /** What is drawn in this step; the same in the same step of the same seed, so that a resumed run draws it too. */
  readonly random: RandomStream;
}

/** One stage of a network: from the outputs of the last, [batch, inputs], to its own, [batch, outputs]. */
export interface Layer {
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  forward(x: Matrix, turn: Turn): Matrix;
  /**
   * Fills the gradients of the parameters, and passes on that of the inputs: those of the last `forward`.
   * @param gradient of the loss with respect to the outputs, [batch, outputs]
   */
  backward(gradient: Matrix): Matrix;
}

/** What model configs list: a layer before it is known how many inputs it has. */
export interface LayerPlan {
  /** Stands in the names of its parameters, e.g. `dense`. */
  readonly kind: string;
  /** @param random to draw what the parameters start from */
  build(inputs: number, random: RandomStream): Layer;
}
