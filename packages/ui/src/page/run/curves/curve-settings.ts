import type { Axis } from '../../../protocol/curves.js';

/** How the curves of a page are drawn: all of it is in the address. */
export interface CurveSettings {
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** From 0 to 0.999. */
  readonly smooth: number;
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly filter: string;
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
    range: rangeOf(query.get('zoom')),
    filter: query.get('metrics') ?? '',
  };
}

/** The parameter `zoom`: the ends of the visible part of the horizontal axis. */
export function zoomText(range: CurveSettings['range']): string | null {
  return range === null ? null : `${range.from}~${range.to}`;
}

function rangeOf(zoom: string | null): CurveSettings['range'] {
  const [from, to, ...rest] = (zoom ?? '').split('~').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (from === undefined || to === undefined || rest.length > 0) return null;
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : null;
}
