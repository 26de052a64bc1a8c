import { limitsFrom } from './limits.js';

/** The flags that train a completed run for as long again: every limit it ended at must move. */
export function furtherFlags(flags: { readonly steps: number | null; readonly epochs: number | null }): string {
  return Object.entries(limitsFrom(flags))
    .filter(([, limit]) => Number.isFinite(limit))
    .map(([name, limit]) => `--${name} ${2 * limit}`)
    .join(' ');
}
