import { limitsFrom } from './limits.js';

/** The flags that continue a run for twice as long: every limit it has must be above what it reached. */
export function flagsToContinue(
  flags: { readonly steps: number | null; readonly epochs: number | null },
  reached: { readonly step: number; readonly epoch: number },
): string {
  const { steps, epochs } = limitsFrom(flags);
  const words: string[] = [];
  if (Number.isFinite(steps)) words.push(`--steps ${2 * Math.max(reached.step, 1)}`);
  if (Number.isFinite(epochs)) words.push(`--epochs ${2 * Math.max(reached.epoch, 1)}`);
  return words.join(' ');
}
