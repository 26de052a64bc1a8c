import type { CurveLine } from '@forge-ml/core/runs';

/** What a band covers: all runs, or their middle half. */
export type Spread = 'range' | 'quartiles';

/** The median of runs, and the band around it, without a gap. */
export interface Band {
  readonly x: readonly number[];
  readonly middle: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** How many runs have a value at each place: at least 2. */
  readonly runs: readonly number[];
}

/** More places than this are thinned evenly: no figure is wider in pixels. */
const mostPlaces = 4000;

/**
 * The median and the band of runs, at each place where one of them has a point. A run that has no point there has the value
 * on the straight line between its neighbors; before its first point, after its last one and in its gaps it has none. Only
 * places where at least 2 runs have a value are in a band: other places end it. Quantiles are interpolated between the two
 * nearest values (type 7 of Hyndman and Fan, 1996).
 * @param runs the lines of each run, with ascending places
 */
export function bandsOf(runs: readonly (readonly CurveLine[])[], spread: Spread): Band[] {
  const share = spread === 'range' ? 0 : 0.25;
  const readers = runs.map((lines) => valueReader(lines));
  const bands: { x: number[]; middle: number[]; low: number[]; high: number[]; runs: number[] }[] = [];
  let isOpen = false;
  for (const x of placesOf(runs)) {
    const values = readers.flatMap((read) => read(x) ?? []).sort((a, b) => a - b);
    if (values.length < 2) {
      isOpen = false;
      continue;
    }
    if (!isOpen) bands.push({ x: [], middle: [], low: [], high: [], runs: [] });
    isOpen = true;
    const band = bands.at(-1)!;
    band.x.push(x);
    band.middle.push(quantile(values, 0.5));
    band.low.push(quantile(values, share));
    band.high.push(quantile(values, 1 - share));
    band.runs.push(values.length);
  }
  return bands;
}

function placesOf(runs: readonly (readonly CurveLine[])[]): number[] {
  const all = [...new Set(runs.flatMap((lines) => lines.flatMap(({ x }) => x)))].sort((a, b) => a - b);
  if (all.length <= mostPlaces) return all;
  return Array.from({ length: mostPlaces }, (_, at) => all[Math.round((at * (all.length - 1)) / (mostPlaces - 1))]!);
}

/** Reads the values of a run at ascending places. */
function valueReader(lines: readonly CurveLine[]): (x: number) => number | undefined {
  let line = 0;
  let point = 0;
  return (place) => {
    while (line < lines.length && lines[line]!.x.at(-1)! < place) {
      line++;
      point = 0;
    }
    const { x, y } = lines[line] ?? { x: [], y: [] };
    if (x.length === 0 || x[0]! > place) return undefined;
    while (point + 1 < x.length && x[point + 1]! <= place) point++;
    if (x[point] === place) return y[point]!;
    const part = (place - x[point]!) / (x[point + 1]! - x[point]!);
    return y[point]! + part * (y[point + 1]! - y[point]!);
  };
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}
