import { floorDivideDims, multiplyDims } from '../ir/dims.js';
import type { Dim, Shape } from '../ir/types.js';
import type { Draft } from './draft.js';

/** The shape Reshape makes of `shape`: 0 keeps a dimension, -1 is what is left. */
export function reshapedTo(node: Draft, shape: Shape, wanted: readonly Dim[]): Shape {
  const keepsZero = node.int('allowzero', 0) !== 0;
  const told = wanted.map((size, axis) => {
    if (size !== 0 || keepsZero) return size;
    return shape[axis] ?? node.fail(`its shape [${wanted.join(', ')}] keeps dimension ${axis}, which there is not`);
  });
  const open = told.flatMap((size, axis) => (size === -1 ? [axis] : []));
  if (open.length > 1) return node.fail(`its shape [${wanted.join(', ')}] leaves more than one size open`);
  const rest = remaining(
    shape,
    told.filter((size) => size !== -1),
  );
  const mismatch = () => node.fail(`[${shape.join(', ')}] does not have the elements of [${wanted.join(', ')}]`);
  if (open.length === 0) {
    if (typeof rest.left === 'number' && typeof rest.right === 'number' && rest.left !== rest.right) mismatch();
    return told;
  }
  if (rest.right === 0) return node.fail(`its shape [${wanted.join(', ')}] leaves a size open beside a 0`);
  const size = floorDivideDims(rest.left, rest.right);
  if (typeof size === 'number' && multiplyDims(size, rest.right) !== rest.left) mismatch();
  return told.with(open[0]!, size);
}

/** The numbers of elements on both sides, equal dimensions struck out; what is left of names says nothing certain. */
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
