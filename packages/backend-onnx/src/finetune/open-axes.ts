import { type InputValue, isTyped } from '@forge-ml/onnx/graph';
import type { BatchAxes } from '../model/batch-axes.js';
import { isEmptyCache } from '../model/decoder-cache.js';
import type { InputMap } from './bind-inputs.js';

type Axis = string | number | null;

/**
 * The axes of a batch's arrays that a file leaves open, by the inputs that they are given to as they are. The name of a
 * first axis is that of the batch, in other places too.
 */
export function openAxes(inputs: readonly InputValue[], map: InputMap): BatchAxes {
  // An empty cache is no array of the batch.
  const isArray = (given: InputValue) => Object.hasOwn(map, given.name) || !isEmptyCache(given);
  const typed = inputs.filter((given) => isTyped(given) && isArray(given));
  const firsts = new Set(typed.flatMap(({ shape: [first] }) => (typeof first === 'string' ? [first] : [])));
  const axes: Record<string, Axis[]> = {};
  for (const { name, shape } of typed) {
    const array = Object.hasOwn(map, name) ? map[name]! : name;
    if (typeof array !== 'string') continue;
    const named = shape.map((dim, axis): Axis => {
      if (axis === 0) return 'batch';
      if (typeof dim === 'number') return null;
      if (firsts.has(dim)) return firsts.size === 1 ? 'batch' : `${array}.${axis}`;
      // A size without a name, and one whose name is taken, may be any.
      return dim.includes('?') || dim === 'batch' ? `${array}.${axis}` : dim;
    });
    axes[array] = axes[array]?.map((axis, at) => axis ?? named[at] ?? null) ?? named;
  }
  return axes;
}
