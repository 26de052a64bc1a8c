import { type ColumnTable, TableDataset } from '../../data/column-table.js';
import type { Dataset } from '../../data/dataset.js';
import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Row } from '../../tensor/row.js';
import { BadRows } from '../bad-rows.js';
import type { BlockOptions } from '../block-reader.js';
import { CsvFile } from './csv-file.js';
import { type CsvOptions, type CsvSettings, readCsvOptions } from './csv-options.js';
import { openCsvStream } from './csv-stream.js';
import { cellKinds, TableBuilder } from './table-builder.js';

/** Reads CSV and TSV files: RFC 4180, with any delimiter, plain or gzipped. */
export const csvReader: DatasetReader = {
  description: 'The rows of a CSV or TSV file, as numbers, texts and booleans by the names of the columns.',
  async open({ path, options, warn }): Promise<Dataset<Row>> {
    const settings = readCsvOptions(options as CsvOptions, path);
    if (settings.stream) return openCsvStream(path, settings, warn);
    return new TableDataset(await readCsvTable(path, settings, warn));
  },
};

/** A larger file is read as a stream. */
const mostBytes = 2 ** 30;

/** Reads a whole file into a table. @throws ForgeError */
export async function readCsvTable(
  path: string,
  settings: CsvSettings,
  warn: (message: string) => void,
  blockBytes?: number,
): Promise<ColumnTable> {
  const bad = new BadRows(path, settings.onBadRow, warn);
  const first = await readPass(path, settings, bad, { blockBytes });
  bad.end();
  if (first.demoted.size === 0) return first.table;
  // The text of numbers is not kept, so columns that turned out to be text are read again; bad rows were reported.
  const again = await readPass(path, settings, new BadRows(path, 'skip', () => undefined), {
    blockBytes,
    expected: first.status,
    texts: first.demoted,
  });
  return again.table;
}

interface PassOptions extends BlockOptions {
  /** Columns that are text. */
  readonly texts?: ReadonlySet<number>;
}

async function readPass(path: string, settings: CsvSettings, bad: BadRows, options: PassOptions) {
  const file = await CsvFile.open(path, settings, bad, options);
  try {
    const plan = file.plan(true);
    for (const column of options.texts ?? []) plan.kinds[column] = cellKinds.string;
    const table = new TableBuilder(plan.kinds, 1024);
    if (file.status.size > mostBytes) throw tooLarge(path);
    while (await file.read(table, plan)) {
      if (file.bytes > mostBytes) throw tooLarge(path);
      if (table.length === table.capacity) table.grow(2 * table.capacity);
    }
    return { table: table.table(file.header.names), demoted: file.demoted, status: file.status };
  } finally {
    await file.close();
  }
}

function tooLarge(path: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} has more than 1 GiB, too much for a table in memory.`, {
    about: path,
    hint: 'Read it in order: { stream: true }.',
  });
}
