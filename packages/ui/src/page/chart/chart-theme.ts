import { isDark } from './page-theme.js';

/** The colors and the font of a canvas: those of the style sheet. */
export interface ChartTheme {
  readonly isDark: boolean;
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly hairline: string;
  readonly accent: string;
  readonly font: string;
}

export function chartTheme(element: Element): ChartTheme {
  const dark = isDark.value;
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    isDark: dark,
    page: color('page'),
    text: color('text'),
    muted: color('muted'),
    hairline: color('hairline'),
    accent: color('accent'),
    font: `${color('small')} ${style.fontFamily}`,
  };
}
