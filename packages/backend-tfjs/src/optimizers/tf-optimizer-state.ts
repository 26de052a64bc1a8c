import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

/** The fields that hold the state of one class of TensorFlow.js 4's optimizers. */
export interface KnownOptimizer {
  /** Fields holding one variable for each parameter, by position, and their initial values. */
  readonly accumulators: Readonly<Record<string, number>>;
  /** Fields holding one scalar variable each. */
  readonly scalars: readonly string[];
}

/**
 * Their own getWeights/setWeights lose Adam's powers of beta (recomputed with `pow`, which gives other bits) and are
 * missing in Adamax, so the fields themselves are read and written. `undefined` for a class that is not one of
 * TensorFlow.js's seven, and for subclasses of them, whose state is unknown.
 */
export function knownOptimizer(tf: Tf, optimizer: tfjs.Optimizer): KnownOptimizer | undefined {
  const fields = optimizer as unknown as { centered?: boolean; initialAccumulatorValue?: number };
  switch (Object.getPrototypeOf(optimizer)) {
    case tf.SGDOptimizer.prototype:
      return { accumulators: {}, scalars: [] };
    case tf.MomentumOptimizer.prototype:
      return { accumulators: { accumulations: 0 }, scalars: [] };
    case tf.AdagradOptimizer.prototype:
      return { accumulators: { accumulatedGrads: fields.initialAccumulatorValue ?? 0.1 }, scalars: [] };
    case tf.AdadeltaOptimizer.prototype:
      return { accumulators: { accumulatedGrads: 0, accumulatedUpdates: 0 }, scalars: [] };
    case tf.RMSPropOptimizer.prototype: {
      const plain = { accumulatedMeanSquares: 0, accumulatedMoments: 0 };
      return { accumulators: fields.centered ? { ...plain, accumulatedMeanGrads: 0 } : plain, scalars: [] };
    }
    case tf.AdamOptimizer.prototype:
      return {
        accumulators: { accumulatedFirstMoment: 0, accumulatedSecondMoment: 0 },
        scalars: ['accBeta1', 'accBeta2'],
      };
    case tf.AdamaxOptimizer.prototype:
      return {
        accumulators: { accumulatedFirstMoment: 0, accumulatedWeightedInfNorm: 0 },
        scalars: ['accBeta1', 'iteration'],
      };
    default:
      return undefined;
  }
}

/** Every variable an optimizer holds, found in its fields: they are not the model's. */
export function variablesOfOptimizer(tf: Tf, optimizer: object): tfjs.Variable[] {
  const isVariable = (value: unknown): value is tfjs.Variable => value instanceof tf.Variable;
  return Object.values(optimizer).flatMap((field: unknown) => {
    if (isVariable(field)) return [field];
    if (!Array.isArray(field)) return [];
    return field.map((entry: { variable?: unknown } | null) => entry?.variable).filter(isVariable);
  });
}
