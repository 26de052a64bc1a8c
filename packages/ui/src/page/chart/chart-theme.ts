/** The colors and the font of a canvas: those of the style sheet. */
export interface ChartTheme {
  readonly isDark: boolean;
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly hairline: string;
  readonly axis: string;
  readonly font: string;
}

export function themeOf(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    isDark: style.colorScheme.includes('dark'),
    page: color('page'),
    text: color('text'),
    muted: color('muted'),
    hairline: color('hairline'),
    axis: color('muted'),
    font: `${color('small')} ${style.fontFamily}`,
  };
}
