/** A small curve: values in equal distances of the horizontal axis; null where there is none. */
export type TrendLine = readonly (number | null)[];

/** The path of a curve in a box, in SVG. */
export function trendPath(line: TrendLine, width: number, height: number): string {
  const finite = line.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (finite.length === 0) return '';
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const x = (at: number) => (line.length === 1 ? width / 2 : (at / (line.length - 1)) * width);
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  let isOpen = false;
  return line
    .map((value, at) => {
      const isDrawn = value !== null && Number.isFinite(value);
      const command = isDrawn ? `${isOpen ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}` : '';
      isOpen = isDrawn;
      return command;
    })
    .join('');
}
