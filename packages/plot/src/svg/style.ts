/** Points (1/72 inch) of the parts of a figure. */
export const fontSize = 8;
export const noteSize = 7;
export const lineHeight = 11;

/** White around text that is over lines. */
export const halo = { stroke: '#fff', 'stroke-width': 2.5, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };

/** The ink of axes, and of what is less important. */
export const ink = '#000';
export const paleInk = '#555';
export const axisLine = { stroke: ink, 'stroke-width': 0.6, fill: 'none' };

const wide =
  /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;

/** The estimated width of a text in points: SVG has real text, whose font is chosen by the page. */
export function textWidth(text: string, size: number = fontSize): number {
  return (0.56 * text.length + 0.44 * (text.match(wide)?.length ?? 0)) * size;
}

/** The widest of the texts in points; 0 without any. */
export function widestOf(texts: readonly string[], size: number = fontSize): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text, size)), 0);
}

/** A text cut to a width in points, with an ellipsis. */
export function shortened(text: string, width: number, size: number = fontSize): string {
  if (textWidth(text, size) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('')}…`;
}
