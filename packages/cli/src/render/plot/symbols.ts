import type { Colors } from '../../terminal/colors.js';

/** The characters of a plot in a terminal. */
export interface Symbols {
  readonly ascii: boolean;
  readonly vertical: string;
  readonly tickLeft: string;
  readonly corner: string;
  readonly horizontal: string;
  readonly tickDown: string;
  readonly best: string;
  readonly checkpoint: string;
  readonly resume: string;
  readonly notFinite: string;
  /** The mark of each series, where colors and braille do not tell them apart. */
  readonly marks: string;
}

export const unicodeSymbols: Symbols = {
  ascii: false,
  vertical: '│',
  tickLeft: '┤',
  corner: '└',
  horizontal: '─',
  tickDown: '┬',
  best: '◆',
  checkpoint: '▴',
  resume: '↻',
  notFinite: '✕',
  marks: 'abcdefghijklmnopqrstuvwxyz',
};

export const asciiSymbols: Symbols = {
  ascii: true,
  vertical: '|',
  tickLeft: '+',
  corner: '+',
  horizontal: '-',
  tickDown: '+',
  best: 'O',
  checkpoint: '^',
  resume: 'r',
  notFinite: '!',
  marks: '*x#%@&=~:a bcdefghijkmnpqstuvwyz'.replace(' ', ''),
};

export interface TerminalPlotSettings {
  /** The width, in terminal columns. */
  readonly columns: number;
  readonly colors: Colors;
  readonly symbols: Symbols;
}
