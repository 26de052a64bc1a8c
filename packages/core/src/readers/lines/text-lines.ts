import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { checkOptions } from '../../errors/check-options.js';
import type { Row } from '../../tensor/row.js';
import { checkFlag, checkOnBadRow, type OnBadRow } from '../bad-rows.js';
import { readerFunction } from '../reader-function.js';
import { lineText } from './line-text.js';
import { openRowLines } from './row-lines.js';

export interface TextLinesOptions {
  /** The name of the text in a row. Default: `text`. */
  readonly name?: string;
  /** A line that is not UTF-8: an error (default), skipped with a warning, or passed to a function and skipped. */
  readonly onBadRow?: OnBadRow;
  /** Reads in order and with bounded memory instead of into memory. Default: false. */
  readonly stream?: boolean;
}

const of = 'textLines(file, options)';

/** Reads text files, plain or gzipped: a line is a row. */
export const textLinesReader: DatasetReader = {
  description: 'The lines of a text file in UTF-8.',
  async open({ path, options, warn }) {
    const { name, ...rest } = readOptions(options as TextLinesOptions);
    const parser: Parameters<typeof openRowLines>[0]['parser'] = (bad) => (line) => {
      const text = lineText(line, bad);
      return text === undefined ? undefined : { [name]: text };
    };
    return openRowLines({ path, ...rest, warn, parser });
  },
};

function readOptions(options: TextLinesOptions) {
  checkOptions(options, ['name', 'onBadRow', 'stream'], { of });
  const { name = 'text', onBadRow } = options;
  return { name: String(name), onBadRow: checkOnBadRow(onBadRow, of), stream: checkFlag(options.stream, 'stream', of) };
}

/**
 * The lines of a text file in UTF-8, plain or gzipped, as rows `{ text }`. Empty lines are rows too.
 * @throws ForgeError DATA_INVALID naming file, line and column; FILE_SYSTEM. When the dataset is opened or read
 */
export const textLines = readerFunction<Row & { readonly text: string }, TextLinesOptions>(
  'textLines',
  textLinesReader,
  readOptions,
);
