import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { BuildScope } from './build-scope.js';
import { withInnerLayers } from './layer-tree.js';
import { variableOf } from './parameter-names.js';

type Layer = tfjs.layers.Layer;
type LayerLoss = () => tfjs.Scalar;

/** Settings of layers for training, besides their forward pass, which TensorFlow.js applies only in `fit`. */
export interface LayerSettings {
  /** Variables of layers and models with `trainable: false`. */
  readonly frozen: ReadonlySet<tfjs.Variable>;
  /** The sum of the losses of regularizers and `addLoss`; undefined where there are none. */
  readonly penalty: Penalty | undefined;
  /** Projects the weights that have a constraint, as after each update. */
  constrain(): void;
}

/**
 * Adds up the losses of the layers, except those that the model's own loss has called: it may add
 * `model.calculateLosses()` itself.
 * @param loss computes the model's own loss
 */
export type Penalty = (loss: () => tfjs.Tensor) => tfjs.Tensor;

/** @param own the model's variables: layers of another model, such as a teacher, are not its own. */
export function layerSettings(tf: Tf, layers: BuildScope['layers'], own: ReadonlySet<tfjs.Variable>): LayerSettings {
  const all = [...withInnerLayers(layers)].filter((layer) => isOwn(layer, own));
  const frozen = new Set<tfjs.Variable>();
  for (const layer of all) {
    if (!layer.trainable) for (const weight of layer.weights) frozen.add(variableOf(weight));
  }
  const constrained = constraintsOf(all);
  for (const variable of frozen) constrained.delete(variable);
  return {
    frozen,
    penalty: penaltyOf(tf, all),
    constrain() {
      if (constrained.size === 0) return;
      tf.tidy(() => {
        for (const [variable, constraint] of constrained) variable.assign(constraint.apply(variable));
      });
    },
  };
}

function isOwn(layer: Layer, own: ReadonlySet<tfjs.Variable>): boolean {
  const { weights } = layer;
  return weights.length === 0 || weights.some((weight) => own.has(variableOf(weight)));
}

interface Constraint {
  apply(weight: tfjs.Tensor): tfjs.Tensor;
}

function constraintsOf(layers: readonly Layer[]): Map<tfjs.Variable, Constraint> {
  const constraints = new Map<tfjs.Variable, Constraint>();
  for (const weight of layers.flatMap((layer) => layer.weights)) {
    const { constraint } = weight as unknown as { readonly constraint?: Constraint | null };
    if (constraint) constraints.set(variableOf(weight), constraint);
  }
  return constraints;
}

function penaltyOf(tf: Tf, layers: readonly Layer[]): Penalty | undefined {
  // A layer and its wrapper return the same array: each array counts once.
  const lists = new Set(layers.map((layer) => layer.losses as LayerLoss[]).filter((list) => list.length > 0));
  if (lists.size === 0) return undefined;
  const losses = [...lists].flat();
  let called = new Set<LayerLoss>();
  for (const list of lists) {
    for (const [index, loss] of list.entries()) {
      list[index] = () => {
        called.add(loss);
        return loss();
      };
    }
  }
  return (own) => {
    called = new Set();
    const base = own();
    const further = losses.filter((loss) => !called.has(loss)).map((loss) => tf.sum(loss()));
    return further.length === 0 ? base : tf.addN([base, ...further]);
  };
}
