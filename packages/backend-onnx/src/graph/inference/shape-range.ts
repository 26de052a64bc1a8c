/** Which dimensions Shape is asked for, of `rank`: ends are clamped, negative ones count from the back. */
export function shapeRange(start: number, end: number, rank: number): [start: number, end: number] {
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);
  return [clamp(start), clamp(end)];
}
