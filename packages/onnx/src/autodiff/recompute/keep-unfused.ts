import type { Node, Value } from '../../graph/ir/graph.js';
import { dependenciesOf, walk } from '../../graph/ir/walk.js';
import { rebuildValues } from '../../graph/rewrite/rebuild.js';
import { less } from '../../ops/logic.js';
import { reduceMin } from '../../ops/reduction.js';
import { concat, shapeOf } from '../../ops/shape.js';
import { after } from './after.js';
import type { RecomputedSegments } from './recomputed-segments.js';

/**
 * A runtime fuses operators if nothing else reads the values between them, and a fused operator has other bits. The
 * gradients no longer read the values of a segment's first pass, but those of its copy: so the shapes of these values are
 * read instead, before the next segment begins, and the same operators stay apart as without recomputation.
 * @param values what is computed from the forward pass, and the gradients
 */
export function keepUnfused(values: readonly Value[], recomputed: RecomputedSegments): Value[] {
  const copies = recomputed.originals;
  const read = readByGradients(values, copies);
  const reader = lastReaders(walk(values).nodes.filter((node) => !copies.has(node)));
  const replaced = new Map<Value, Value>();
  for (const segment of recomputed.segments) {
    const own = new Set(segment);
    const outputs = segment.flatMap((node) => node.outputs);
    // All outputs, so that a node is made again once.
    for (const [at, value] of rebuildValues(outputs, replaced).entries()) replaced.set(outputs[at]!, value);
    const last = outputs.findLast((value) => reader.has(value) && !own.has(reader.get(value)!));
    const single = singleReaders(segment, own);
    const kept = outputs.filter((value) => read.has(value) && single.has(value) && value.shape.length > 0);
    if (last === undefined || kept.length === 0) continue;
    const shapes = kept.map((value) => shapeOf(replaced.get(value)!));
    const never = less(reduceMin(shapes.length === 1 ? shapes[0]! : concat(shapes, 0), [0]), 0);
    replaced.set(last, after(never, replaced.get(last)!));
  }
  return rebuildValues(values, replaced);
}

/** The values of the first pass whose copies the gradients read. */
function readByGradients(values: readonly Value[], copies: ReadonlyMap<Node, Node>): ReadonlySet<Value> {
  const read = new Set<Value>();
  for (const node of walk(values).nodes) {
    if (copies.has(node)) continue;
    for (const value of dependenciesOf(node)) {
      const original = value.kind === 'node' ? copies.get(value.node) : undefined;
      if (original && value.kind === 'node') read.add(original.outputs[value.output]!);
    }
  }
  return read;
}

/** For each value the last of the nodes that read it. */
function lastReaders(nodes: readonly Node[]): ReadonlyMap<Value, Node> {
  return new Map(nodes.flatMap((node) => dependenciesOf(node).map((value) => [value, node] as const)));
}

/** The values of a segment that one node of it reads. */
function singleReaders(segment: readonly Node[], own: ReadonlySet<Node>): ReadonlySet<Value> {
  const counts = new Map<Value, number>();
  for (const value of segment.flatMap(dependenciesOf)) {
    if (value.kind === 'node' && own.has(value.node)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([value, count]) => (count === 1 ? [value] : [])));
}
