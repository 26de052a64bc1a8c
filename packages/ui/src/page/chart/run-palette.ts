/** The colors of runs on a light page and on a dark one. */
const palette = [
  { light: '#0072b2', dark: '#2f7fd0' },
  { light: '#d55e00', dark: '#d55e00' },
  { light: '#009e73', dark: '#009e73' },
  { light: '#cc79a7', dark: '#cc79a7' },
  { light: '#000000', dark: '#f2f2f2' },
  { light: '#7d5105', dark: '#e69f00' },
  { light: '#1f8fd9', dark: '#56b4e9' },
  { light: '#949744', dark: '#f0e442' },
];

export function runColor(color: number, isDark: boolean): string {
  return palette[color % palette.length]![isDark ? 'dark' : 'light'];
}

const dashes: readonly (readonly number[])[] = [
  [],
  [4, 2],
  [1, 1.5],
  [6, 2, 1, 2],
  [2, 2],
  [8, 2],
  [4, 2, 1, 2, 1, 2],
  [1, 3],
];

/** The lengths of the dashes of a line; empty for a solid one. */
export function dashOf(dash: number): readonly number[] {
  return dashes[dash % dashes.length]!;
}
