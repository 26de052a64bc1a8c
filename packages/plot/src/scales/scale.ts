import { roundEnds, roundNumbers } from './round-numbers.js';

/** An axis: where a number is, and which numbers are labelled. */
export interface Scale {
  readonly log: boolean;
  /** The place of a number, from 0 at the start of the axis to 1 at its end. */
  readonly place: (value: number) => number;
  /** About `count` labelled numbers. */
  readonly ticks: (count: number) => readonly Tick[];
}

export interface Tick {
  readonly value: number;
  /** In plain digits. */
  readonly label: string;
}

/** A scale over all of these numbers. @param nice whether it ends at round numbers */
export function scaleOver(values: Iterable<number>, log: boolean, nice: boolean): Scale {
  const [low, high] = extentOf(values, log);
  // Powers of ten as ends would waste most of a short logarithmic axis.
  const [from, to] =
    !nice || (log && high / low < 100) ? [low, high] : log ? powersAround(low, high) : roundEnds(low, high);
  const place = log
    ? (value: number) => Math.log(value / from) / Math.log(to / from)
    : (value: number) => (value - from) / (to - from);
  return { log, place, ticks: (count) => ticksBetween(from, to, log, count) };
}

/** About `count` labelled numbers of an axis. */
export function ticksBetween(from: number, to: number, log: boolean, count: number): Tick[] {
  const round = roundNumbers(from, to, count);
  const values = log ? logTicks(from, to, count, round) : round;
  return values.map((value) => ({ value, label: log ? plainNumber(value) : linearLabel(value, round) }));
}

function powersAround(low: number, high: number): [number, number] {
  return [10 ** Math.floor(Math.log10(low)) || low, Math.min(10 ** Math.ceil(Math.log10(high)), Number.MAX_VALUE)];
}

function extentOf(values: Iterable<number>, log: boolean): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (log && value <= 0) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  if (log) return [low / 2, low * 2];
  const margin = Math.abs(low) / 10 || 1;
  return [low - margin, low + margin];
}

/** Powers of ten, or also 2 and 5 times them, or round numbers if the axis is shorter than that. */
function logTicks(from: number, to: number, count: number, round: readonly number[]): number[] {
  const ticksOf = (factors: readonly number[]) => {
    const found: number[] = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (const factor of factors) found.push(Number(`${factor}e${power}`));
    }
    return found.filter((value) => value >= from && value <= to);
  };
  const powers = ticksOf([1]);
  if (powers.length > count) {
    const every = Math.ceil(powers.length / count);
    return powers.filter((_, index) => index % every === 0);
  }
  if (powers.length > 2) return powers;
  const more = ticksOf([1, 2, 5]);
  return more.length > 2 ? more : round.filter((value) => value > 0);
}

function linearLabel(value: number, ticks: readonly number[]): string {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : Math.abs(value);
  if (step >= 1e7 || step < 1e-4) return plainNumber(value);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return (value === 0 ? 0 : value).toFixed(decimals);
}

/** In plain digits, at most six of them. */
export function plainNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential().replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}
