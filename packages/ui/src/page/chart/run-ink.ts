import { dashPattern, runPalette } from '@forge-ml/plot';

export function inkOf(color: number, isDark: boolean): string {
  return runPalette[color]![isDark ? 'dark' : 'light'];
}

/** The lengths of the dashes of a line, in CSS pixels; empty for a solid one. */
export function dashesOf(dash: number): number[] {
  const pattern = dashPattern(dash);
  return pattern === '' ? [] : pattern.split(' ').map((length) => Number(length) * 1.25);
}
