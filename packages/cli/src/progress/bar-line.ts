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

const widest = 32;
const narrowest = 8;

/** One line that says where a run stands; what does not fit a terminal of so many columns is left out, stats last. */
export function barLine(state: BarState, columns: number, colors: Colors): string {
  const { step, totalSteps, epoch } = state;
  const parts = totalSteps === undefined ? [`step ${step}`] : [`${step}/${totalSteps}`, percent(step, totalSteps)];
  parts.push(colors.dim(`epoch ${epoch + 1}`));
  if (state.stepsPerSecond !== undefined) parts.push(colors.cyan(formatRate(state.stepsPerSecond)));
  if (state.secondsLeft !== undefined) parts.push(`${formatDuration(state.secondsLeft)} left`);
  const stats = Object.entries(state.stats).map(([name, value]) => `${colors.dim(name)} ${formatNumber(value)}`);
  const bar = totalSteps === undefined ? 0 : narrowest + 2;
  const fitting = [...parts, ...stats];
  while (fitting.length > 1 && bar + width(fitting) > columns) fitting.pop();
  const text = fitting.join('  ');
  if (totalSteps === undefined) return text;
  const room = columns - width(fitting) - 2;
  return room < narrowest ? text : `${drawBar(step / totalSteps, Math.min(widest, room), colors)}  ${text}`;
}

function width(parts: readonly string[]): number {
  return stripVTControlCharacters(parts.join('  ')).length;
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
