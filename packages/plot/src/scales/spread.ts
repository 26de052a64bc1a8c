/** Moves places apart until they are `least` from each other, within a range if they fit into it; keeps their order. */
export function spread(wanted: readonly number[], least: number, from: number, to: number): number[] {
  const order = wanted.map((_, at) => at).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const places = [...wanted];
  let free = from;
  for (const at of order) {
    places[at] = Math.max(free, wanted[at]!);
    free = places[at]! + least;
  }
  let end = Math.max(to, from + (wanted.length - 1) * least);
  for (const at of order.reverse()) {
    places[at] = Math.min(end, places[at]!);
    end = places[at]! - least;
  }
  return places;
}
