import type { Parallel } from '@forge-ml/plot';
import type { Range } from '../chart/chart-data.js';
import { escapeName, unescapeName } from './escape-name.js';

/** Chosen parts of axes, by their names, in places from 0 to 1. */
export type Brushes = ReadonlyMap<string, Range>;

/** `lr:0.2~0.8;hidden:0~0.5`. Invalid parts are ignored. */
export function parseBrushes(text: string | null): Brushes {
  const brushes = new Map<string, Range>();
  for (const part of (text ?? '').split(';')) {
    const [, name, from, to] = /^(.+):([\d.]+)~([\d.]+)$/s.exec(part) ?? [];
    if (name === undefined || !(Number(from) < Number(to))) continue;
    brushes.set(unescapeName(name), { from: Number(from), to: Number(to) });
  }
  return brushes;
}

export function formatBrushes(brushes: Brushes): string {
  const short = (place: number) => String(Number(place.toFixed(3)));
  return [...brushes].map(([name, { from, to }]) => `${escapeName(name)}:${short(from)}~${short(to)}`).join(';');
}

/** The rows whose lines are in all chosen parts. */
export function rowsWithin({ axes, lines }: Parallel, brushes: Brushes): Set<number> {
  const chosen = axes.flatMap(({ name }, at) => {
    const range = brushes.get(name);
    return range === undefined ? [] : [{ at, range }];
  });
  const isWithin = (places: Parallel['lines'][number]['places']) => {
    return chosen.every(({ at, range: { from, to } }) => {
      const place = places[at];
      return place !== undefined && place >= from && place <= to;
    });
  };
  return new Set(lines.flatMap(({ row, places }) => (isWithin(places) ? [row] : [])));
}

/** A part after it was moved or made longer by a key; undefined for any other key. */
export function brushAfterKey(key: string, { from, to }: Range): Range | undefined {
  const step = 0.05;
  const moved = (by: number) => {
    const shift = Math.max(-from, Math.min(1 - to, by));
    return { from: from + shift, to: to + shift };
  };
  if (key === 'ArrowUp') return moved(step);
  if (key === 'ArrowDown') return moved(-step);
  if (key === '+') return { from: Math.max(0, from - step), to: Math.min(1, to + step) };
  if (key === '-' && to - from > 2 * step) return { from: from + step, to: to - step };
  return undefined;
}
