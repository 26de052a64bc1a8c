import type { Stats } from '@forge-ml/core';
import { formatNumber, printableText } from '@forge-ml/core/text';

/** `loss 0.1234  accuracy 0.9720` */
export function formatStats(stats: Stats): string {
  return statParts(stats).join('  ');
}

/** The same as separate parts. */
export function statParts(stats: Stats): string[] {
  return Object.entries(stats).map(([name, value]) => `${printableText(name)} ${formatNumber(value)}`);
}

/** Steps a second, or seconds a step if a step takes longer than a second. */
export function formatRate(stepsPerSecond: number): string {
  if (stepsPerSecond >= 100) return `${Math.round(stepsPerSecond)} step/s`;
  if (stepsPerSecond >= 1) return `${stepsPerSecond.toFixed(1)} step/s`;
  return `${(1 / stepsPerSecond).toFixed(1)} s/step`;
}
