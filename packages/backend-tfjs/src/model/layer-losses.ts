import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { variableOf } from './parameter-names.js';

type Layer = tfjs.layers.Layer;
type LayerLoss = () => tfjs.Scalar;

/**
 * Adds the losses of the layers, except those that the model's own loss has called: it may add
 * `model.calculateLosses()` itself.
 * @param loss computes the model's own loss
 */
export type Penalty = (loss: () => tfjs.Tensor) => tfjs.Tensor;

/**
 * The losses of regularizers and `addLoss`, which TensorFlow.js adds only in `fit`. If there are several updates, each
 * layer's belong to the first update that trains one of its weights.
 * @param updates the variables of each update
 * @returns for each update; undefined where there are none
 */
export function penaltiesOf(
  tf: Tf,
  layers: readonly Layer[],
  updates: readonly (readonly tfjs.Variable[])[],
): readonly (Penalty | undefined)[] {
  // A layer and its wrapper return the same array: each array counts once.
  const lists = new Map<LayerLoss[], Layer>();
  for (const layer of layers) if (layer.losses.length > 0) lists.set(layer.losses as LayerLoss[], layer);
  let called = new Set<LayerLoss>();
  const losses: LayerLoss[][] = updates.map(() => []);
  for (const [list, layer] of lists) {
    const owner =
      updates.length === 1 ? 0 : updates.findIndex((own) => layer.weights.some((w) => own.includes(variableOf(w))));
    losses[owner]?.push(...list);
    for (const [index, loss] of list.entries()) {
      list[index] = () => {
        called.add(loss);
        return loss();
      };
    }
  }
  return losses.map((own) => {
    if (own.length === 0) return undefined;
    return (loss) => {
      called = new Set();
      const base = loss();
      const further = own.filter((each) => !called.has(each)).map((each) => tf.sum(each()));
      return further.length === 0 ? base : tf.addN([base, ...further]);
    };
  });
}
