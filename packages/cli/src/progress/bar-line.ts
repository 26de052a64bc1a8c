import { stripVTControlCharacters } from 'node:util';
import type { Stats } from '@forge-ml/core';
import type { Colors } from '../render/colors.js';
import { formatDuration, formatNumber, formatRate } from '../render/numbers.js';

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

/** One line that says where a run stands; what does not fit a terminal of so many columns is left out, from its end. */
export function barLine(state: BarState, columns: number, colors: Colors): string {
  const { step, totalSteps, epoch } = state;
  const parts = totalSteps === undefined ? [`step ${step}`] : [count(step, totalSteps), percent(step, totalSteps)];
  parts.push(colors.dim(`epoch ${epoch + 1}`));
  if (state.stepsPerSecond !== undefined) parts.push(colors.cyan(formatRate(state.stepsPerSecond)));
  if (state.secondsLeft !== undefined) parts.push(`${formatDuration(state.secondsLeft)} left`);
  for (const [name, value] of Object.entries(state.stats)) parts.push(`${colors.dim(name)} ${formatNumber(value)}`);
  // As wide as the terminal allows, and not as the text beside it happens to be: a bar that breathes is no bar.
  const bar = Math.min(widest, Math.floor(columns / 4));
  const withBar = totalSteps !== undefined && bar >= narrowest;
  while (parts.length > 1 && width(parts) + (withBar ? bar + gap.length : 0) > columns) parts.pop();
  const text = parts.join(gap);
  return withBar ? drawBar(step / totalSteps, bar, colors) + gap + text : text;
}

const gap = '  ';

function width(parts: readonly string[]): number {
  return stripVTControlCharacters(parts.join(gap)).length;
}

/** The step takes the room of the last one from the start, so that nothing beside it moves. */
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
