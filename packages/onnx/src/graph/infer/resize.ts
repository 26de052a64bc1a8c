import { multiplyDims, unknownDim } from '../ir/dims.js';
import type { Dim, Shape } from '../ir/types.js';
import { allNumbers } from '../propagate/known-values.js';
import type { Draft } from './draft.js';

/** The shape Resize makes of `shape`: inputs x, region, scales, sizes; the region does not change it. */
export function resizedShape(node: Draft, shape: Shape): Shape {
  const axes = node.axes(node.ints('axes') ?? [...shape.keys()], shape.length);
  const [scales, sizes] = [node.optional(2), node.optional(3)];
  // Exporters that give sizes write an empty tensor where the scales would be.
  const byScale = scales !== undefined && scales.shape[0] !== 0;
  if (byScale === (sizes !== undefined)) return node.fail('it needs either scales or sizes');
  const wanted = node.numbers(byScale ? 2 : 3);
  const given = byScale ? scales : sizes!;
  if (typeof given.shape[0] === 'number' && given.shape[0] !== axes.length) {
    return node.fail(`it has ${given.shape[0]} ${byScale ? 'scales' : 'sizes'} for ${axes.length} axes`);
  }
  const result: Dim[] = [...shape];
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  const common = byScale || policy === 'stretch' ? undefined : commonScale(axes, shape, allNumbers(wanted), policy);
  for (const [at, axis] of axes.entries()) {
    const size = shape[axis]!;
    if (wanted === undefined) result[axis] = unknownDim();
    else if (byScale) result[axis] = scaled(node, size, wanted[at]!);
    else if (policy === 'stretch') result[axis] = wanted[at]!;
    else result[axis] = common === undefined ? unknownDim() : Math.round(common * Number(size));
  }
  return result;
}

function scaled(node: Draft, size: Dim, scale: Dim): Dim {
  if (typeof scale === 'string') return unknownDim();
  if (scale <= 0) return node.fail(`a scale must be above 0, not ${scale}`);
  if (typeof size === 'number') return Math.floor(Math.fround(size * scale));
  return Number.isInteger(scale) ? multiplyDims(size, scale) : unknownDim();
}

function commonScale(axes: readonly number[], shape: Shape, sizes: readonly number[] | undefined, policy: string) {
  const known = allNumbers(axes.map((axis) => shape[axis]!));
  if (sizes === undefined || known === undefined) return undefined;
  const ratios = sizes.map((size, at) => size / known[at]!);
  return policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
}
