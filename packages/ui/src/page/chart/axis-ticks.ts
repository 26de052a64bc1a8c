import { formatDuration } from '@forge-ml/core/text';
import { type Tick, ticksBetween } from '@forge-ml/plot';
import type { Axis } from '../../protocol/curves.js';
import { exactTime } from '../parts/ago-text.js';
import type { Range } from './chart-data.js';

/** Labelled places of a horizontal axis, and its name with its unit. */
export function horizontalTicks(axis: Axis, range: Range, log: boolean, count: number) {
  if (axis === 'clock' && !log) return { title: clockTitle(range), ticks: clockTicks(range, count) };
  const unit = axis === 'time' ? timeUnit(range.to) : { name: '', seconds: 1 };
  const { from, to } = { from: range.from / unit.seconds, to: range.to / unit.seconds };
  // There is nothing between two steps.
  const most = axis === 'step' && !log ? Math.max(1, Math.min(count, to - from)) : count;
  const ticks = ticksBetween(from, to, log, most);
  const title = `${axis}${unit.name === '' ? '' : ` (${unit.name})`}${log ? ', log scale' : ''}`;
  return { title, ticks: ticks.map(({ value, label }) => ({ value: value * unit.seconds, label })) };
}

function timeUnit(longest: number): { readonly name: string; readonly seconds: number } {
  if (longest < 120) return { name: 's', seconds: 1 };
  if (longest < 2 * 3600) return { name: 'min', seconds: 60 };
  if (longest < 48 * 3600) return { name: 'h', seconds: 3600 };
  return { name: 'd', seconds: 24 * 3600 };
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
function clockTicks({ from, to }: Range, count: number): Tick[] {
  const step = clockSteps.find((seconds) => (to - from) / seconds <= count) ?? (to - from) / count;
  const offset = new Date(from * 1000).getTimezoneOffset() * 60;
  const ticks: Tick[] = [];
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
