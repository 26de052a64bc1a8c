import { box, hypervolume } from './hypervolume.js';
import { compareVectors } from './losses.js';

/**
 * The vectors of losses that together dominate the most volume, greedily one after the other, at least 63 % of the best
 * subset's (Guerreiro, Fonseca and Paquete, "Greedy hypervolume subset selection in low dimensions", 2016).
 * @param front of which none dominates another
 * @param size of the subset, at most the number of vectors
 * @param reference no vector exceeds it
 * @returns indices, in no particular order
 */
export function hypervolumeSubset(
  front: readonly (readonly number[])[],
  size: number,
  reference: readonly number[],
): number[] {
  if (size === front.length) return front.map((_, at) => at);
  const order = front.map((_, at) => at).sort((a, b) => compareVectors(front[a]!, front[b]!) || a - b);
  const isFirst = (place: number) =>
    place === 0 || compareVectors(front[order[place - 1]!]!, front[order[place]!]!) !== 0;
  const unique = order.filter((_, place) => isFirst(place));
  const select = reference.length === 2 ? selectPairs : selectVectors;
  if (unique.length > size) return select(front, unique, size, reference);
  // All different ones, and the first of the equal ones.
  const chosen = new Set(unique);
  const others = front.map((_, at) => at).filter((at) => !chosen.has(at));
  return [...unique, ...others.slice(0, size - unique.length)];
}

/** @param sorted by the first loss. Each candidate's gain is a rectangle, which a selected neighbour makes smaller. */
function selectPairs(
  front: readonly (readonly number[])[],
  sorted: readonly number[],
  size: number,
  reference: readonly number[],
): number[] {
  let count = sorted.length;
  const rest = Int32Array.from(sorted);
  const firsts = Float64Array.from(sorted, (at) => front[at]![0]!);
  const seconds = Float64Array.from(sorted, (at) => front[at]![1]!);
  const rights = new Float64Array(count).fill(reference[0]!);
  const tops = new Float64Array(count).fill(reference[1]!);
  const selected: number[] = [];
  while (selected.length < size) {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < count; place++) {
      const gain = (rights[place]! - firsts[place]!) * (tops[place]! - seconds[place]!);
      if (gain > most) [best, most] = [place, gain];
    }
    selected.push(rest[best]!);
    const [first, second] = [firsts[best]!, seconds[best]!];
    for (const column of [rest, firsts, seconds, rights, tops]) column.copyWithin(best, best + 1, count);
    count--;
    for (let place = 0; place < best; place++) rights[place] = Math.min(first, rights[place]!);
    for (let place = best; place < count; place++) tops[place] = Math.min(second, tops[place]!);
  }
  return selected;
}

/** A gain only shrinks as more are selected, so that those whose last known gain is below the best are not computed. */
function selectVectors(
  front: readonly (readonly number[])[],
  sorted: readonly number[],
  size: number,
  reference: readonly number[],
): number[] {
  const gains = new Map(sorted.map((at) => [at, box(front[at]!, reference)]));
  const selected: number[] = [];
  let total = 0;
  while (selected.length < size) {
    const candidates = [...gains.keys()];
    const best = candidates[largest(candidates, (at) => gains.get(at)!)]!;
    total += gains.get(best)!;
    selected.push(best);
    gains.delete(best);
    if (selected.length === size) break;
    // With the latest one alone a gain is at least what it is with all.
    for (const [at, gain] of gains) {
      const shared = front[at]!.map((loss, axis) => Math.max(loss, front[best]![axis]!));
      gains.set(at, Math.min(gain, box(front[at]!, reference) - box(shared, reference)));
    }
    let most = 0;
    for (const [at, gain] of [...gains].sort(([, a], [, b]) => b - a)) {
      if (gain < most) break;
      const now =
        hypervolume(
          [...selected, at].map((index) => front[index]!),
          reference,
        ) - total;
      gains.set(at, now);
      most = Math.max(most, now);
    }
  }
  return selected;
}

/** The index of the first of the largest. */
function largest<T>(items: readonly T[], size: (item: T) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [at, item] of items.entries()) {
    const here = size(item);
    if (here > most) [best, most] = [at, here];
  }
  return best;
}
