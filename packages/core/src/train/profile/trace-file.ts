import type { Span } from './step-profile.js';

/** The file of a run that holds its profile. */
export const profileName = 'profile.json';

/**
 * Spans as a trace that Perfetto (ui.perfetto.dev) and Chrome (chrome://tracing) show, in the Trace Event Format:
 * complete events (`X`) of microseconds, on one track, where a span within another is nested.
 */
export function traceFile(spans: readonly Span[]): string {
  const origin = spans.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const micros = (time: number) => Math.round((time - origin) * 1000);
  const events = spans
    .map(({ part, start, end, step }) => ({
      name: part,
      cat: 'forge',
      ph: 'X',
      ts: micros(start),
      dur: micros(end) - micros(start),
      pid: 1,
      tid: 1,
      args: { step },
    }))
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  return `{"displayTimeUnit":"ms","traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}
