import { formatDuration } from '@forge-ml/core/text';
import type { Axis } from '../../protocol/curves.js';
import { exactTime } from '../parts/ago-text.js';
import type { Range } from './chart-data.js';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

/** About `count` labelled numbers of an axis. */
export function ticksOf({ from, to }: Range, log: boolean, count: number): readonly AxisTick[] {
  return log ? logTicks(from, to, count) : linearTicks(from, to, count, 0);
}

/** Labelled places of a horizontal axis, and its name with its unit. */
export function horizontalTicks(axis: Axis, range: Range, log: boolean, count: number) {
  if (axis === 'clock' && !log) return { title: clockTitle(range), ticks: clockTicks(range, count) };
  const unit = axis === 'time' ? timeUnit(range.to) : { name: '', seconds: 1 };
  const { from, to } = { from: range.from / unit.seconds, to: range.to / unit.seconds };
  const ticks = log ? logTicks(from, to, count) : linearTicks(from, to, count, axis === 'step' ? 1 : 0);
  const title = `${axis}${unit.name === '' ? '' : ` (${unit.name})`}${log ? ', log scale' : ''}`;
  return { title, ticks: ticks.map(({ value, label }) => ({ value: value * unit.seconds, label })) };
}

export function timeUnit(longest: number): { readonly name: string; readonly seconds: number } {
  if (longest < 120) return { name: 's', seconds: 1 };
  if (longest < 2 * 3600) return { name: 'min', seconds: 60 };
  if (longest < 48 * 3600) return { name: 'h', seconds: 3600 };
  return { name: 'd', seconds: 24 * 3600 };
}

function linearTicks(from: number, to: number, count: number, least: number): AxisTick[] {
  const step = Math.max(least, roundStep((to - from) / count));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: AxisTick[] = [];
  for (let at = Math.ceil(from / step - 1e-9); at * step <= to + step * 1e-9; at++) {
    const value = at === 0 ? 0 : at * step;
    ticks.push({ value, label: shortLabel(value, step, decimals) });
  }
  return ticks;
}

function shortLabel(value: number, step: number, decimals: number): string {
  if (step < 1e-4 || Math.abs(value) >= 1e7) return plainNumber(value);
  return value.toFixed(decimals);
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = least / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

function logTicks(from: number, to: number, count: number): AxisTick[] {
  const ofFactors = (factors: readonly number[]) => {
    const found: number[] = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (const factor of factors) found.push(Number(`${factor}e${power}`));
    }
    return found.filter((value) => value >= from && value <= to);
  };
  const powers = ofFactors([1]);
  const every = Math.ceil(powers.length / count);
  const values = powers.length > 2 ? powers.filter((_, at) => at % every === 0) : ofFactors([1, 2, 5]);
  if (values.length < 2) return linearTicks(from, to, count, 0).filter(({ value }) => value > 0);
  return values.map((value) => ({ value, label: plainNumber(value) }));
}

function plainNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return String(Number(value.toPrecision(6)).toExponential()).replace('e+', 'e');
  }
  return String(Number(value.toPrecision(6)));
}

/** Seconds between labelled times. */
const clockSteps = [
  1,
  5,
  15,
  30,
  60,
  300,
  900,
  1800,
  3600,
  3 * 3600,
  6 * 3600,
  12 * 3600,
  86_400,
  7 * 86_400,
  28 * 86_400,
];

function clockTitle({ from, to }: Range): string {
  const [first, last] = [from, to].map((time) => exactTime(time * 1000).slice(0, 10));
  return first === last ? `time, ${first}` : 'time';
}

/** Round times of the local clock. */
function clockTicks({ from, to }: Range, count: number): AxisTick[] {
  const step = clockSteps.find((seconds) => (to - from) / seconds <= count) ?? (to - from) / count;
  const offset = new Date(from * 1000).getTimezoneOffset() * 60;
  const ticks: AxisTick[] = [];
  for (let local = Math.ceil((from - offset) / step) * step; local + offset <= to; local += step) {
    ticks.push({ value: local + offset, label: clockLabel(new Date((local + offset) * 1000), step) });
  }
  return ticks;
}

function clockLabel(date: Date, step: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step < 60) return `${time}:${two(date.getSeconds())}`;
  if (step < 86_400 && !(date.getHours() === 0 && date.getMinutes() === 0)) return time;
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A place on a horizontal axis, for a table. */
export function placeText(axis: Axis, x: number): string {
  if (axis === 'step') return String(Math.round(x));
  if (axis === 'epoch') return Number.isInteger(x) ? String(x) : x.toFixed(2);
  return axis === 'time' ? formatDuration(x) : exactTime(x * 1000);
}
