import type { Axis } from '../../../protocol/curves.js';
import type { Range } from '../../chart/chart-data.js';

/** How the curves of a page are drawn: all of it is in the address. */
export interface CurveSettings {
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The weight of the exponential average, from 0 to less than 1. */
  readonly smooth: number;
  readonly range: Range | null;
}

export const axes: readonly { readonly axis: Axis; readonly title: string }[] = [
  { axis: 'step', title: 'step' },
  { axis: 'epoch', title: 'epoch' },
  { axis: 'time', title: 'time' },
  { axis: 'clock', title: 'date' },
];

/** What an address says; invalid parts are default. */
export function readSettings(query: URLSearchParams): CurveSettings {
  const smooth = Number(query.get('smooth') ?? 0);
  return {
    axis: axes.find(({ axis }) => axis === query.get('axis'))?.axis ?? 'step',
    logX: query.get('logx') === '1',
    logY: query.get('logy') === '1',
    smooth: smooth >= 0 && smooth < 1 ? smooth : 0,
    range: parseRange(query.get('zoom') ?? ''),
  };
}

/** Null if a text is no range. */
export function parseRange(text: string): Range | null {
  const parts = text.split('~');
  const [from, to] = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  if (parts.length !== 2 || !Number.isFinite(from) || !Number.isFinite(to)) return null;
  return from! < to! ? { from: from!, to: to! } : null;
}

/** `10~200.5`; null for the whole axis. */
export function formatRange(range: Range | null): string | null {
  return range === null ? null : `${range.from}~${range.to}`;
}
