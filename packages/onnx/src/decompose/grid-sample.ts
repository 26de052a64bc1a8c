import type { Node, Value } from '../graph/ir/graph.js';
import { intAttribute, textAttribute } from '../graph/ir/read-attributes.js';
import { indexRange } from '../graph/ir/shapes.js';
import { indices } from '../graph/ir/values.js';
import { abs, add, cast, clip, floor, max, mod, mul, round, sub } from '../ops/elementwise.js';
import { equal } from '../ops/logic.js';
import { concat, gather, range, reshape, slice, squeeze, transpose, unsqueeze } from '../ops/shape.js';
import { cannotExpand } from './cannot-expand.js';
import { sizeAlong, sizeNumber } from './sizes.js';

/** An element along one axis that a sampled point reads, and its share; undefined for all of it. */
interface Tap {
  /** [batch, points]; whole numbers as floats, which may be outside. */
  readonly at: Value;
  readonly weight: Value | undefined;
}

/**
 * Samples x, [batch, channels, …sizes], at the points of a grid, [batch, …points, axes], whose coordinates go from -1
 * to 1 (Jaderberg et al., 2015). Each point is a weighted sum of gathered elements.
 */
export function expandGridSample(node: Node): readonly Value[] {
  const [x, grid] = [node.inputs[0]!, node.inputs[1]!];
  const axes = indexRange(2, x.shape.length);
  const points = reshape(grid, [0, -1, axes.length]);
  const perAxis = axes.map((axis, at): readonly Tap[] => {
    const size = sizeNumber(x, axis);
    // The last axis comes first in the grid.
    const place = axes.length - 1 - at;
    const coordinate = squeeze(slice(points, [place], [place + 1], [2]), [2]);
    return taps(node, pixelOf(node, coordinate, size)).map((tap) => inside(node, tap, size));
  });
  const last = axes.length - 1;
  const rows = reshape(transpose(x, [0, ...axes, 1]), concat([indices([-1]), sizeAlong(x, 1)], 0));
  const images = unsqueeze(range(0, sizeNumber(x, 0)), [1]);
  const read = combinations(perAxis).map((chosen) => {
    const index = chosen.reduce(
      (flat, { at }, axis) => add(mul(flat, sizeNumber(x, axis + 2)), cast(at, 'int64')),
      images,
    );
    const weights = chosen.flatMap(({ weight }) => (weight ? [weight] : []));
    const found = gather(rows, index);
    return weights.length === 0 ? found : mul(found, unsqueeze(cast(weights.reduce(mul), x.dtype), [2]));
  });
  const sum = transpose(read.reduce(add), [0, 2, 1]);
  const sizes = [sizeAlong(x, 0), sizeAlong(x, 1), ...indexRange(1, last + 2).map((axis) => sizeAlong(grid, axis))];
  return [reshape(sum, concat(sizes, 0))];
}

/** From -1 … 1 to elements: with align_corners these are the centers of the first and last element, else their edges. */
function pixelOf(node: Node, coordinate: Value, size: Value): Value {
  const count = cast(size, coordinate.dtype);
  const share = mul(add(coordinate, 1), 0.5);
  if (intAttribute(node, 'align_corners', 0) !== 0) return mul(share, sub(count, 1));
  return sub(mul(share, count), 0.5);
}

function taps(node: Node, pixel: Value): readonly Tap[] {
  const mode = textAttribute(node, 'mode', 'linear');
  if (mode === 'nearest') return [{ at: round(pixel), weight: undefined }];
  const base = floor(pixel);
  const t = sub(pixel, base);
  if (mode === 'linear' || mode === 'bilinear') {
    return [
      { at: base, weight: sub(1, t) },
      { at: add(base, 1), weight: t },
    ];
  }
  if (mode !== 'cubic' && mode !== 'bicubic') throw cannotExpand(node, `there is no mode ${mode}`, 'Use linear.');
  const rest = sub(1, t);
  return [
    { at: sub(base, 1), weight: farCubic(add(t, 1)) },
    { at: base, weight: nearCubic(t) },
    { at: add(base, 1), weight: nearCubic(rest) },
    { at: add(base, 2), weight: farCubic(add(rest, 1)) },
  ];
}

/** Keys's kernel (1981) for distances up to 1, and from 1 to 2. */
const a = -0.75;
const nearCubic = (d: Value) => add(mul(mul(sub(mul(d, a + 2), a + 3), d), d), 1);
const farCubic = (d: Value) => sub(mul(add(mul(sub(mul(d, a), 5 * a), d), 8 * a), d), 4 * a);

/** Moves a tap into the image, by the node's padding; zeros outside of it have no weight. */
function inside(node: Node, { at, weight }: Tap, size: Value): Tap {
  const last = sub(cast(size, at.dtype), 1);
  const padding = textAttribute(node, 'padding_mode', 'zeros');
  if (padding === 'border') return { at: clip(at, 0, last), weight };
  if (padding === 'reflection') return { at: clip(reflected(node, at, last), 0, last), weight };
  const clipped = clip(at, 0, last);
  const isInside = cast(equal(at, clipped), at.dtype);
  return { at: clipped, weight: weight ? mul(weight, isInside) : isInside };
}

/** At the centers of the first and last element with align_corners, else at their edges. */
function reflected(node: Node, at: Value, last: Value): Value {
  const low = intAttribute(node, 'align_corners', 0) !== 0 ? 0 : -0.5;
  // An image of one element reflects everything to itself.
  const span = max([sub(last, 2 * low), 1e-6]);
  const distance = mod(abs(sub(at, low)), mul(span, 2), { fmod: true });
  return add(sub(span, abs(sub(distance, span))), low);
}

function combinations(perAxis: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] {
  return perAxis.reduce<readonly (readonly Tap[])[]>(
    (all, choices) => all.flatMap((before) => choices.map((tap) => [...before, tap])),
    [[]],
  );
}
