import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { ReadRowsOptions } from '../../plugins/contract/loaded-run.js';
import type { Row } from '../../tensor/row.js';
import { datasetOpener } from '../data/open-dataset.js';
import type { StoredPreparations } from '../data/preparations.js';
import type { Services } from '../services/services.js';
import { onlyPreparation } from './predict-rows.js';

const formats: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.jsonl': 'jsonLines',
  '.ndjson': 'jsonLines',
  '.txt': 'textLines',
  '.npy': 'npy',
  '.npz': 'npy',
  '.parquet': 'parquet',
  '.wav': 'wav',
};

/** Readers that can read in order and with bounded memory. */
const streaming = ['csv', 'jsonLines', 'textLines'];

/**
 * The rows of a file to predict, read as the training file was: with its options, and cells of the same types.
 * @throws ForgeError ABILITY_MISSING, DATA_INVALID, FILE_SYSTEM, …
 */
export async function readRows(
  services: Services,
  stored: StoredPreparations,
  path: string,
  given: ReadRowsOptions = {},
): Promise<AsyncIterable<Row>> {
  checkOptions(given, ['format', 'keep', 'options'], { of: 'readRows(path, options)' });
  const preparation = onlyPreparation(stored);
  const [first] = stored.values();
  const source = first?.source;
  const place = resolve(services.environment.directory, path);
  const format = given.format ?? (await formatOf(place));
  // The training file has the target, and maybe columns that no model reads.
  const {
    columns: _,
    types: __,
    ...asTrained
  } = (source?.format === format ? source.options : {}) as Record<string, unknown>;
  const types = [...preparation.columns].filter(([, cells]) => ['number', 'string', 'boolean'].includes(cells));
  const keep = given.keep?.filter((name) => !preparation.columns.has(name)) ?? [];
  const isTable = format === 'csv' || format === 'jsonLines';
  const options = {
    ...asTrained,
    ...(isTable && given.keep !== undefined ? { columns: [...preparation.columns.keys(), ...keep] } : {}),
    ...(format === 'csv' ? { types: Object.fromEntries([...types, ...keep.map((name) => [name, 'string'])]) } : {}),
    ...(streaming.includes(format) ? { stream: true } : {}),
    ...given.options,
  };
  const rows = await datasetOpener(services).open(format, place, options);
  return rows.epoch(0) as AsyncIterable<unknown> as AsyncIterable<Row>;
}

async function formatOf(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const ending = extname(path.replace(/\.gz$/i, '')).toLowerCase();
  const format = isFolder ? 'images' : formats[ending];
  if (format !== undefined) return format;
  throw new ForgeError('DATA_INVALID', `The name of ${path} does not tell its format.`, {
    about: path,
    hint: `Name the format, such as csv; known endings are ${Object.keys(formats).join(', ')}.`,
  });
}
