import type { Stats } from '@forge-ml/core';
import { formatDuration, formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../terminal/colors.js';
import { formatRate } from '../terminal/numbers.js';
import { textWidth } from '../terminal/text-width.js';

export interface BarState {
  readonly step: number;
  readonly epoch: number;
  readonly totalSteps: number | undefined;
  readonly stepsPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly stats: Stats;
}

const narrowest = 8;
const widest = 30;

/** A part of the line. If there is no room, the part with the highest `drop` is dropped first. */
interface Part {
  readonly text: string;
  readonly drop: number;
}

const gap = '  ';

/**
 * The progress of a run in one line: the loss, the bar and the rest. Parts that do not fit the columns of the terminal
 * are dropped whole, the least important first.
 */
export function barLine(state: BarState, columns: number, colors: Colors): string {
  const { step, totalSteps, epoch, stepsPerSecond, secondsLeft } = state;
  const [first, ...others] = Object.entries(state.stats).sort(
    ([a], [b]) => Number(b === 'loss') - Number(a === 'loss'),
  );
  const stat = ([name, value]: readonly [string, number]) =>
    `${colors.dim(printableText(name))} ${formatNumber(value)}`;
  const parts: Part[] = first === undefined ? [] : [{ text: stat(first), drop: 0 }];
  if (totalSteps === undefined) parts.push({ text: `step ${step}`, drop: 1 });
  else {
    // Its width depends on the terminal alone: a bar whose width changes with the text would mislead.
    const bar = Math.min(widest, Math.floor(columns / 4));
    if (bar >= narrowest) parts.push({ text: drawBar(step / totalSteps, bar, colors), drop: 4 });
    parts.push({ text: count(step, totalSteps), drop: 1 }, { text: percent(step, totalSteps), drop: 3 });
  }
  parts.push(...others.map((other, index) => ({ text: stat(other), drop: 5 + index / (others.length + 1) })));
  if (secondsLeft !== undefined) parts.push({ text: `${formatDuration(secondsLeft)} left`, drop: 2 });
  if (stepsPerSecond !== undefined) parts.push({ text: colors.cyan(formatRate(stepsPerSecond)), drop: 6 });
  parts.push({ text: colors.dim(`epoch ${epoch + 1}`), drop: 7 });
  while (parts.length > 1 && textWidth(parts.map(({ text }) => text).join(gap)) > columns) {
    const most = Math.max(...parts.map(({ drop }) => drop));
    parts.splice(
      parts.findIndex(({ drop }) => drop === most),
      1,
    );
  }
  return parts.map(({ text }) => text).join(gap);
}

/** Padded to the width of the last step, so that the rest of the line does not move. */
function count(step: number, total: number): string {
  return `${String(step).padStart(String(total).length)}/${total}`;
}

function percent(step: number, total: number): string {
  return `${String(Math.floor((100 * step) / total)).padStart(3)}%`;
}

function drawBar(fraction: number, width: number, colors: Colors): string {
  const halves = Math.round(Math.min(1, Math.max(0, fraction)) * width * 2);
  const full = '━'.repeat(Math.floor(halves / 2));
  const half = halves % 2 === 1 ? '╸' : '';
  const rest = '━'.repeat(width - full.length - half.length);
  return `${colors.green(full + half)}${colors.isColorSupported ? colors.dim(rest) : ' '.repeat(rest.length)}`;
}
