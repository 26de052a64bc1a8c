import { formatNumber } from '@forge-ml/core/text';
import { runPalette } from '../colors/run-palette.js';
import type { History } from '../comparisons/history.js';
import { omittedNote } from '../comparisons/metric.js';
import { acrossOf, axes, bottomMargin, leftMargin, ticksAcross, ticksOf, ticksUp, upOf } from '../svg/axes.js';
import { figure } from '../svg/document.js';
import { type Box, element, textElement } from '../svg/elements.js';
import { bestMark, linePath } from '../svg/marks.js';
import { ink, lineHeight, shortened, widestOf } from '../svg/style.js';

/** The trials of a sweep, and the best so far, as an SVG figure for a paper. @param inches its width */
export function historyFigure(history: History, inches: number): string {
  const { x, y, trials, best, winner, omitted } = history;
  const width = inches * 72;
  const height = width < 300 ? width * 0.62 : width * 0.45;
  const up = { title: y.title, ticks: y.ticks(ticksUp(height)) };
  const ends = winner === undefined ? [] : [shortened(winner.name, width * 0.25), formatNumber(winner.value)];
  const endWidth = widestOf(ends) + (ends.length === 0 ? 12 : 9);
  const box: Box = { left: leftMargin(up), right: width - endWidth, top: 8, bottom: height - bottomMargin };
  const wholeTicks = ticksOf(x, ticksAcross(box.right - box.left)).filter(({ label }) => /^[1-9]\d*$/.test(label));
  const xOf = (trial: number) => acrossOf(box, x.place(trial));
  const yOf = (value: number) => upOf(box, y.place(value)!);
  const dots = trials.map(({ trial, name, value }) => {
    const shape = { cx: xOf(trial), cy: yOf(value), r: 1.8, fill: runPalette[0]!.light, 'fill-opacity': 0.5 };
    return element('circle', shape, `${name} ${value}`);
  });
  const line = { d: linePath(best.x.map(xOf), best.y.map(yOf)), fill: 'none', stroke: ink, 'stroke-width': 1 };
  return figure({
    inches,
    height,
    label: `${y.name} of ${trials.length} trials, and the best so far`,
    description: trials.map(({ name, value }) => `${name} ${value}`).join('\n'),
    body: [
      ...axes(box, { title: 'trial', ticks: wholeTicks }, up),
      ...dots,
      ...(best.x.length === 0 ? [] : [element('path', line, 'best so far')]),
      ...(winner === undefined ? [] : winnerMarks(winner, xOf(winner.trial), yOf(winner.value), ends, box)),
    ],
    notes: [
      winner === undefined ? 'dot: a trial' : 'dot: a trial, line: the best so far, ○ best',
      ...omittedNote(omitted, 'trial'),
    ],
  });
}

/** A ring around the best trial, and its name and value at the end of the line. */
function winnerMarks(
  { name, value }: NonNullable<History['winner']>,
  x: number,
  y: number,
  texts: readonly string[],
  { right, top, bottom }: Box,
): string[] {
  const first = Math.min(bottom - lineHeight, Math.max(top + 6, y + 2.8 - lineHeight / 2));
  return [
    bestMark(x, y, ink, `best: ${name} ${value}`),
    ...texts.map((text, at) => textElement(text, { x: right + 4, y: first + at * (lineHeight - 1) })),
  ];
}
