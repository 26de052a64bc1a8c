import type { ColumnTable } from '../../data/column-table.js';
import type { Dataset } from '../../data/dataset.js';
import type { Row } from '../../tensor/row.js';
import { BadRows } from '../bad-rows.js';
import type { BlockOptions } from '../block-reader.js';
import type { FileStatus } from '../file-status.js';
import { type ColumnPlan, CsvFile } from './csv-file.js';
import type { CsvSettings } from './csv-options.js';
import { cellKinds, TableBuilder } from './table-builder.js';

/** Rows parsed at once. */
const tableRows = 4096;

/** Infers the types of the columns, and reads the rows in order in each epoch. @throws ForgeError */
export async function openCsvStream(
  path: string,
  settings: CsvSettings,
  warn: (message: string) => void,
  blockBytes?: number,
): Promise<Dataset<Row>> {
  const { kinds, status } = await inferKinds(path, settings);
  let warned = false;
  const warnOnce = (message: string) => {
    if (!warned) warn(message);
    warned = true;
  };
  return {
    length: undefined,
    async *read({ skip }) {
      let left = skip;
      const bad = new BadRows(path, settings.onBadRow, warnOnce);
      for await (const table of readTables(path, settings, bad, kinds, { expected: status, blockBytes })) {
        for (let row = Math.min(left, table.length); row < table.length; row++) yield table.row(row);
        left -= Math.min(left, table.length);
      }
    },
  };
}

/** The tables of consecutive rows. Each is new memory. */
export async function* readTables(
  path: string,
  settings: CsvSettings,
  bad: BadRows,
  kinds: Uint8Array,
  options: BlockOptions,
): AsyncGenerator<ColumnTable> {
  const file = await CsvFile.open(path, settings, bad, options);
  try {
    const plan: ColumnPlan = { ...file.plan(false), kinds };
    for (let more = true; more; ) {
      const table = new TableBuilder(kinds, tableRows);
      more = await file.read(table, plan);
      if (table.length > 0) yield table.table(file.header.names);
    }
    bad.end();
  } finally {
    await file.close();
  }
}

/** The kinds of the columns in the first rows; a column without values there is text. */
export async function inferKinds(
  path: string,
  settings: CsvSettings,
): Promise<{ readonly kinds: Uint8Array; readonly status: FileStatus }> {
  const file = await CsvFile.open(path, settings, new BadRows(path, 'skip', () => undefined));
  try {
    const plan = file.plan(true);
    const table = new TableBuilder(plan.kinds, settings.inferRows);
    while (table.kinds.length > 0 && (await file.read(table, plan)) && table.length < table.capacity);
    const decided = plan.kinds.map((kind) => (kind >= cellKinds.undecided ? cellKinds.string : kind));
    return { kinds: decided, status: file.status };
  } finally {
    await file.close();
  }
}
