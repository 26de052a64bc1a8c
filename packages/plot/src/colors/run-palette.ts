/** The background that a plot is on. */
export type Theme = 'light' | 'dark';

/**
 * The colors of runs on a light page (white) and on a dark one (at most as bright as #24272e): the color-blind safe palette
 * of Okabe and Ito (https://jfly.uni-koeln.de/color/) in order of contrast with white. Where a color of theirs has less
 * contrast than 3:1 with the background, it is one of similar hue that has.
 */
export const runPalette: readonly Readonly<Record<Theme, string>>[] = [
  { light: '#0072b2', dark: '#2f7fd0' },
  { light: '#d55e00', dark: '#d55e00' },
  { light: '#009e73', dark: '#009e73' },
  { light: '#cc79a7', dark: '#cc79a7' },
  { light: '#000000', dark: '#f2f2f2' },
  { light: '#7d5105', dark: '#e69f00' },
  { light: '#1f8fd9', dark: '#56b4e9' },
  { light: '#949744', dark: '#f0e442' },
];
