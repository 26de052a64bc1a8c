import { createWriteStream } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Cell, ForgeError, type ForgeLibrary, type PredictedRow, type Row } from '@forge-ml/core';
import { requireOutput, writeOutput } from '@forge-ml/core/cli';
import { csvLine, csvText, csvValue } from '@forge-ml/core/runs';
import { openModel, type PredictRequest } from './prediction.js';

/** Rows that are predicted at once. */
const defaultBatchSize = 256;

export interface RowRequest extends Omit<PredictRequest, 'out'> {
  readonly out: string;
  /** The reader of the file; undefined where the ending of its name tells. */
  readonly format: string | undefined;
  /** Columns of the file to write before the predictions. */
  readonly keep: readonly string[];
  /** Called with the number of rows that were predicted so far. */
  readonly progress: (rows: number) => void;
}

/** The predictions of a checkpoint for a file of raw rows. */
export interface RowPrediction {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly step: number;
  /** The file written. */
  readonly out: string;
  readonly rows: number;
  /** Its columns. */
  readonly columns: readonly string[];
}

/** Predicts the rows of a file, in its order and with bounded memory. */
export async function predictRowsOf(forge: ForgeLibrary, request: RowRequest): Promise<RowPrediction> {
  const out = resolve(request.out);
  const lines = linesFor(out);
  await requireOutput(out, request.force);
  const model = await openModel(forge, request);
  try {
    const { format, keep } = request;
    const rows = await model.readRows(request.data, { keep, ...(format === undefined ? {} : { format }) });
    let columns: readonly string[] = [];
    let count = 0;
    const predicted = async function* () {
      for await (const batch of inBatches(rows, request.batchSize ?? defaultBatchSize)) {
        const predictions = await model.predictRows(batch, { first: count + 1 });
        const values = batch.map((row, index) => besides(kept(row, request.keep, count + index), predictions[index]!));
        if (count === 0) columns = Object.keys(lines.flat(values[0]!));
        yield lines.of(values, columns, count === 0);
        count += batch.length;
        request.progress(count);
      }
      if (count === 0) throw noRows(request.data);
    };
    await writeOutput(out, (temporary) =>
      pipeline(Readable.from(predicted()), createWriteStream(temporary, { flags: 'wx' })),
    );
    const { path: run, experiment, number } = request.run;
    return { run, experiment, number, step: model.step, out, rows: count, columns };
  } finally {
    await model.dispose();
  }
}

/** Whether a file holds arrays by name, not rows. */
export function holdsArrays(path: string): boolean {
  return ['.safetensors', '.st'].includes(extname(path).toLowerCase());
}

async function* inBatches(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    if (batch.push(row) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Values = Readonly<Record<string, Cell | PredictedRow[string]>>;

function kept(row: Row, columns: readonly string[], index: number): Record<string, Cell> {
  const values: Record<string, Cell> = {};
  for (const column of columns) {
    const value = row[column];
    if (value === undefined || typeof value === 'object') {
      if (value === null) values[column] = null;
      else throw cannotKeep(column, row, index);
    } else values[column] = value;
  }
  return values;
}

/** Predictions beside kept columns: one of the same name is called `predicted.NAME`. */
function besides(columns: Readonly<Record<string, Cell>>, prediction: PredictedRow): Values {
  const predicted = Object.entries(prediction).map(([name, value]) => {
    return [Object.hasOwn(columns, name) ? `predicted.${name}` : name, value] as const;
  });
  return { ...columns, ...Object.fromEntries(predicted) };
}

interface Lines {
  flat(values: Values): Values;
  of(values: readonly Values[], columns: readonly string[], first: boolean): string;
}

/** How the predictions are written, by the ending of the file's name. @throws ForgeError USAGE */
function linesFor(out: string): Lines {
  switch (extname(out).toLowerCase()) {
    case '.csv':
      return {
        flat: flattened,
        of(rows, columns, first) {
          const lines = rows.map((row) => {
            const values = flattened(row);
            return csvLine(columns.map((column) => csvValue(values[column] as Cell)));
          });
          return [...(first ? [csvLine(columns.map(csvText))] : []), ...lines].join('');
        },
      };
    case '.jsonl':
      return { flat: (values) => values, of: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
    default:
      throw new ForgeError('USAGE', `Predictions of rows are written as CSV or JSON Lines, not as ${out}.`, {
        about: 'out',
        hint: 'Name a file that ends in .csv or .jsonl.',
      });
  }
}

/** Lists and objects as columns of their own: `output.0`, `output.yes`. */
function flattened(values: Values): Values {
  const flat: Record<string, Values[string]> = {};
  const add = (name: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) flat[name] = value as Cell;
    else for (const [key, part] of Object.entries(value)) add(`${name}.${key}`, part);
  };
  for (const [name, value] of Object.entries(values)) add(name, value);
  return flat;
}

function cannotKeep(column: string, row: Row, index: number): ForgeError {
  const found = row[column] === undefined ? 'has no column' : 'cannot be written with the array in column';
  return new ForgeError('DATA_INVALID', `Row ${index + 1} ${found} "${column}", which --keep names.`, {
    about: 'keep',
    hint: `It has ${Object.keys(row).join(', ')}.`,
  });
}

function noRows(data: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${data} has no rows to predict.`, {
    about: data,
    hint: 'Name a file with a row for each example, below the names of the columns.',
  });
}
