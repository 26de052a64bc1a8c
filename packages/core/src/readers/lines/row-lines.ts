import type { Dataset } from '../../data/dataset.js';
import { IndexedDataset } from '../../data/indexed.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Row } from '../../tensor/row.js';
import { BadRows, type OnBadRow } from '../bad-rows.js';
import type { FileStatus } from '../file-status.js';
import { type Line, LineReader } from './line-reader.js';

/** A larger file is read as a stream. */
const mostBytes = 2 ** 30;

export interface RowLines {
  readonly path: string;
  readonly onBadRow: OnBadRow;
  readonly stream: boolean;
  warn(message: string): void;
  /** Starts one pass over the file. @returns makes the row of a line; undefined for none */
  parser(bad: BadRows): (line: Line) => Row | undefined;
}

/** A dataset of a file in which each line is a row: in memory, or as a stream. @throws ForgeError */
export async function openRowLines(source: RowLines): Promise<Dataset<Row>> {
  const { path, onBadRow, stream, warn } = source;
  if (stream) return streamOf(source);
  const rows: Row[] = [];
  const bad = new BadRows(path, onBadRow, warn);
  const reader = await LineReader.open(path);
  for await (const row of rowsOf(reader, source, bad)) {
    rows.push(row);
    if (reader.bytes > mostBytes) throw tooLarge(path);
  }
  bad.end();
  return new IndexedDataset<Row>(rows.length, () => ({
    at: (index) => ({ ...rows[index]! }),
    dependsOnEpoch: () => false,
  }));
}

async function streamOf(source: RowLines): Promise<Dataset<Row>> {
  const first = await LineReader.open(source.path);
  await first.close();
  let warned = false;
  const warnOnce = (message: string) => {
    if (!warned) source.warn(message);
    warned = true;
  };
  const status: FileStatus = first.status;
  return {
    length: undefined,
    async *read({ skip }) {
      const bad = new BadRows(source.path, source.onBadRow, warnOnce);
      let left = skip;
      const reader = await LineReader.open(source.path, { expected: status });
      for await (const row of rowsOf(reader, source, bad)) if (left-- <= 0) yield row;
      bad.end();
    },
  };
}

async function* rowsOf(reader: LineReader, source: RowLines, bad: BadRows): AsyncGenerator<Row> {
  const parse = source.parser(bad);
  for await (const line of reader.lines()) {
    const row = parse(line);
    if (row !== undefined) yield row;
  }
}

function tooLarge(path: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} has more than 1 GiB, too much for memory.`, {
    about: path,
    hint: 'Read it in order: { stream: true }.',
  });
}
