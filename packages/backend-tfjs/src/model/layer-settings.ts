import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { BuildScope } from './build-scope.js';
import { withInnerLayers } from './layer-tree.js';
import { variableOf } from './parameter-names.js';

type Layer = tfjs.layers.Layer;

/**
 * The model's layers with their inner layers, outer ones first.
 * @param own the model's variables: layers of another model, such as a teacher, are not its own.
 */
export function ownLayers(layers: BuildScope['layers'], own: ReadonlySet<tfjs.Variable>): readonly Layer[] {
  return [...withInnerLayers(layers)].filter(({ weights }) => {
    return weights.length === 0 || weights.some((weight) => own.has(variableOf(weight)));
  });
}

/** The variables of layers and models with `trainable: false`. */
export function untrainableVariables(layers: readonly Layer[]): Set<tfjs.Variable> {
  return new Set(layers.filter(({ trainable }) => !trainable).flatMap(({ weights }) => weights.map(variableOf)));
}

interface Constraint {
  apply(weight: tfjs.Tensor): tfjs.Tensor;
}

/** Returns what projects the weights that have a constraint, which TensorFlow.js does only in `fit`. */
export function constraintsOf(tf: Tf, layers: readonly Layer[], trained: readonly tfjs.Variable[]): () => void {
  const constrained = new Map<tfjs.Variable, Constraint>();
  for (const weight of layers.flatMap(({ weights }) => weights)) {
    const { constraint } = weight as unknown as { readonly constraint?: Constraint | null };
    if (constraint && trained.includes(variableOf(weight))) constrained.set(variableOf(weight), constraint);
  }
  return () => {
    if (constrained.size === 0) return;
    tf.tidy(() => {
      for (const [variable, constraint] of constrained) variable.assign(constraint.apply(variable));
    });
  };
}
