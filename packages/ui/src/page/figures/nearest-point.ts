/** Pixels around a point in which the pointer finds it. */
const reach = 24;

/**
 * The point of a figure that is nearest to the pointer; undefined if none is near.
 * @param placeOf where a point is, in pixels of the figure
 */
export function nearestPoint<Point>(
  event: MouseEvent,
  points: readonly Point[],
  placeOf: (point: Point) => readonly [x: number, y: number],
): Point | undefined {
  const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
  let found: Point | undefined;
  let distance = reach;
  for (const point of points) {
    const [x, y] = placeOf(point);
    const away = Math.hypot(x - (event.clientX - left), y - (event.clientY - top));
    if (away < distance) [found, distance] = [point, away];
  }
  return found;
}
