import type { Dim, Shape } from './types.js';

/**
 * The shape two or more tensors broadcast to, as in NumPy; undefined when they do not. Where two different names
 * meet, one of them must be 1 at run time or they are equal: the result is named `broadcast(a, b)`.
 */
export function broadcastShapes(...shapes: readonly Shape[]): Shape | undefined {
  let result: Shape = [];
  for (const shape of shapes) {
    const rank = Math.max(result.length, shape.length);
    const joined: Dim[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const dim = broadcastDim(result[axis - rank + result.length] ?? 1, shape[axis - rank + shape.length] ?? 1);
      if (dim === undefined) return undefined;
      joined.push(dim);
    }
    result = joined;
  }
  return result;
}

function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === 'number') return typeof b === 'number' ? undefined : a;
  if (typeof b === 'number') return b;
  const sizes = new Set([...broadcastOf(a), ...broadcastOf(b)]);
  return `broadcast(${[...sizes].sort().join(', ')})`;
}

/** The sizes a name of this form was made of, so that broadcasting with one of them again changes nothing. */
function broadcastOf(dim: string): readonly string[] {
  const inner = /^broadcast\((.*)\)$/.exec(dim)?.[1];
  // Names with nested parentheses are not split: the text between their commas may not be a size.
  return inner === undefined || inner.includes('(') ? [dim] : inner.split(', ');
}

/** A size given by two sources: the number if either is one; undefined if they contradict each other. */
export function sameDim(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number') return typeof b === 'number' && a !== b ? undefined : a;
  return typeof b === 'number' ? b : a;
}
