import { wrapWords } from '../text/wrap.js';
import { element, escapeXml, round, textElement } from './elements.js';
import { fontSize, ink, lineHeight, noteSize, paleInk, textWidth } from './style.js';

export interface FigureParts {
  /** The width of the figure: 3.3 is one column of a paper, 6.9 are two. */
  readonly inches: number;
  /** The height of the body, in points. */
  readonly height: number;
  /** The figure in words, for readers who do not see it. */
  readonly label: string;
  /** What a reader may want to copy. */
  readonly description: string;
  readonly body: readonly string[];
  /** Sentences below the body. */
  readonly notes: readonly string[];
}

/** A figure for a paper: real text, black on white, no title. Inside a page it has the page's font. */
export function figure({ inches, height: bodyHeight, label, description, body, notes }: FigureParts): string {
  const width = inches * 72;
  const lines = notes.flatMap((note) => wrapWords(note, (width - 8) / textWidth('x', noteSize)));
  const height = bodyHeight + lines.length * lineHeight + (lines.length > 0 ? 4 : 0);
  const noteLines = lines.map((line, at) => {
    const y = bodyHeight + 2 + (at + 0.7) * lineHeight;
    return textElement(line, { x: 4, y, 'font-size': noteSize, fill: paleInk });
  });
  const size = `width="${round(inches)}in" height="${round(height / 72)}in" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(label)}" font-size="${fontSize}" fill="${ink}">`,
    `<desc>${escapeXml(description)}</desc>`,
    '<style>svg:root{font-family:sans-serif}</style>',
    element('rect', { width: '100%', height: '100%', fill: '#fff' }),
    ...body,
    ...noteLines,
    '</svg>\n',
  ].join('\n');
}
