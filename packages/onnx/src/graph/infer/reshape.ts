import { floorDivideDims, multiplyDims } from '../ir/dims.js';
import type { Dim, Shape } from '../ir/types.js';
import type { Draft } from './draft.js';

/** The shape Reshape makes of `shape`: 0 keeps a dimension, -1 is inferred. */
export function reshapedTo(node: Draft, shape: Shape, wanted: readonly Dim[]): Shape {
  const keepsZero = node.int('allowzero', 0) !== 0;
  const resolved = wanted.map((size, axis) => {
    if (size !== 0 || keepsZero) return size;
    return (
      shape[axis] ??
      node.fail(`its shape [${wanted.join(', ')}] keeps dimension ${axis}, which its input does not have`)
    );
  });
  const inferred = resolved.flatMap((size, axis) => (size === -1 ? [axis] : []));
  if (inferred.length > 1) return node.fail(`its shape [${wanted.join(', ')}] has more than one -1`);
  const rest = remaining(
    shape,
    resolved.filter((size) => size !== -1),
  );
  const mismatch = () => node.fail(`[${shape.join(', ')}] does not have the elements of [${wanted.join(', ')}]`);
  if (inferred.length === 0) {
    if (typeof rest.left === 'number' && typeof rest.right === 'number' && rest.left !== rest.right) mismatch();
    return resolved;
  }
  if (rest.right === 0) return node.fail(`its shape [${wanted.join(', ')}] has a -1 together with a 0`);
  const size = floorDivideDims(rest.left, rest.right);
  if (typeof size === 'number' && multiplyDims(size, rest.right) !== rest.left) mismatch();
  return resolved.with(inferred[0]!, size);
}

/** The numbers of elements on both sides without their common dimensions; names that remain may still be equal. */
function remaining(from: Shape, to: readonly Dim[]): { left: Dim; right: Dim } {
  const left = [...from];
  const right: Dim[] = [];
  for (const size of to) {
    const at = size === 0 ? -1 : left.indexOf(size);
    if (at < 0) right.push(size);
    else left.splice(at, 1);
  }
  return { left: left.reduce(multiplyDims, 1), right: right.reduce(multiplyDims, 1) };
}
