import type { Node, Value } from '../../graph/ir/graph.js';
import { dependenciesOf } from '../../graph/ir/walk.js';
import { isRepeatable } from './is-repeatable.js';

/** Nodes of a forward pass that follow each other in its order. */
export interface Segment {
  readonly nodes: readonly Node[];
  /** The size of what is stored for its gradients. */
  readonly bytes: number;
  /** The size of what is stored if it is computed again: what later segments read, and what cannot be repeated. */
  readonly kept: number;
}

/** Sizes of values in bytes; 0 for one that takes no memory of its own. */
export interface ValueSizes {
  of(value: Value): number;
  /** Of one that the gradients read; otherwise 0. */
  ofSaved(value: Value): number;
}

/** How many limits of the size of a segment are tried, each `step` times the last. */
const [tries, step] = [24, 1.25];

/**
 * Divides a forward pass into segments, so that the memory is smallest when only the values between them are stored and
 * each segment is computed again when it is differentiated (Chen et al., Training deep nets with sublinear memory cost,
 * 2016): that of all stored values and of the largest segment.
 * @param nodes in topological order
 */
export function planSegments(nodes: readonly Node[], sizes: ValueSizes): readonly Segment[] {
  const computed = [0];
  for (const node of nodes) computed.push(computed.at(-1)! + sum(node.outputs.map((value) => sizes.ofSaved(value))));
  const live = liveBytes(nodes, sizes);
  const all = computed.at(-1)!;
  let best: { cuts: readonly number[]; peak: number } = { cuts: [0, nodes.length], peak: all };
  for (let at = 0, limit = all; at < tries; at++, limit /= step) {
    const found = cheapestCuts(computed, live, limit);
    if (found === undefined) break;
    const peak = found.stored + largest(found.cuts, computed);
    if (peak < best.peak) best = { cuts: found.cuts, peak };
  }
  const { cuts } = best;
  return cuts.slice(1).map((end, at) => ({
    nodes: nodes.slice(cuts[at], end),
    bytes: computed[end]! - computed[cuts[at]!]!,
    kept: (end === nodes.length ? 0 : live[end]!) + unrepeatable(nodes.slice(cuts[at], end), sizes),
  }));
}

/** What is stored of nodes that cannot be computed again. */
function unrepeatable(nodes: readonly Node[], sizes: ValueSizes): number {
  const kept = nodes.filter((node) => !isRepeatable(node)).flatMap(({ outputs }) => outputs);
  return sum(kept.map((value) => sizes.ofSaved(value)));
}

/** For each place between nodes, the size of the values from before it that are used after it. */
function liveBytes(nodes: readonly Node[], sizes: ValueSizes): number[] {
  const madeAt = new Map(nodes.map((node, at) => [node, at]));
  const lastUse = new Map<Value, number>();
  for (const [at, node] of nodes.entries()) for (const value of dependenciesOf(node)) lastUse.set(value, at);
  const change = new Float64Array(nodes.length + 2);
  for (const [value, last] of lastUse) {
    const made = value.kind === 'node' ? madeAt.get(value.node) : undefined;
    if (made === undefined) continue;
    change[made + 1]! += sizes.of(value);
    change[last + 1]! -= sizes.of(value);
  }
  let live = 0;
  return Array.from({ length: nodes.length + 1 }, (_, at) => {
    live += change[at]!;
    return live;
  });
}

/** Where to cut, so that no segment is larger than the limit and the least is stored; undefined where it cannot be. */
function cheapestCuts(computed: readonly number[], live: readonly number[], limit: number) {
  const end = computed.length - 1;
  const cost = new Float64Array(end + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(end + 1);
  cost[0] = 0;
  for (let at = 1; at <= end; at++) {
    const own = at === end ? 0 : live[at]!;
    for (let start = at - 1; start >= 0 && computed[at]! - computed[start]! <= limit; start--) {
      if (cost[start]! + own >= cost[at]!) continue;
      cost[at] = cost[start]! + own;
      from[at] = start;
    }
  }
  if (cost[end] === Number.POSITIVE_INFINITY) return undefined;
  const cuts = [end];
  while (cuts[0]! > 0) cuts.unshift(from[cuts[0]!]!);
  return { cuts, stored: cost[end]! };
}

function largest(cuts: readonly number[], computed: readonly number[]): number {
  return Math.max(...cuts.slice(1).map((end, at) => computed[end]! - computed[cuts[at]!]!));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
