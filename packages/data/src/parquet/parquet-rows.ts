import { type Dataset, elements, fromArrays, type Row } from '@forge-ml/core';
import { ForgeError } from '@forge-ml/core/plugin';
import { type ParquetColumn, parquetColumns } from './parquet-columns.js';
import { ParquetFile } from './parquet-file.js';
import { RowGroup } from './row-groups.js';

/** A larger file is read as a stream. */
const mostBytes = 2 ** 30;

/** Opens the rows of a file, in memory or as a stream. @throws ForgeError FILE_SYSTEM, DATA_INVALID */
export async function openParquet(
  path: string,
  names: readonly string[] | undefined,
  stream: boolean,
): Promise<Dataset<Row>> {
  const file = await ParquetFile.open(path);
  const found = parquetColumns(file.metadata, path, names);
  if (!stream && sizeInMemory(file, found) > mostBytes) throw tooLarge(path);
  const columns = await decided(file, found);
  return stream ? streamed(file, columns) : inMemory(file, columns);
}

async function decided(file: ParquetFile, columns: readonly ParquetColumn[]): Promise<ParquetColumn[]> {
  const result: ParquetColumn[] = [];
  for (const column of columns) result.push({ ...column, wide: column.wide ?? (await file.isWide(column)) });
  return result;
}

async function readGroup(file: ParquetFile, group: number, columns: readonly ParquetColumn[]): Promise<RowGroup> {
  const read = await file.read(group, columns);
  return new RowGroup(
    file.groupRows[group]!,
    columns.map(({ name }, at) => [name, read[at]!]),
  );
}

async function inMemory(file: ParquetFile, columns: readonly ParquetColumn[]): Promise<Dataset<Row>> {
  const groups: RowGroup[] = [];
  for (const group of file.groupRows.keys()) groups.push(await readGroup(file, group, columns));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const [places, starts] = [new Uint32Array(rows), new Uint32Array(rows)];
  let start = 0;
  for (const [index, group] of groups.entries()) {
    places.fill(index, start, start + group.rows);
    starts.fill(start, start, start + group.rows);
    start += group.rows;
  }
  return fromArrays({ row: Uint32Array.from(places.keys()) }).map(({ row }) => {
    const index = elements(row)[0] as number;
    return groups[places[index]!]!.row(index - starts[index]!);
  });
}

/** Holds one row group at a time; skips whole ones. */
function streamed(file: ParquetFile, columns: readonly ParquetColumn[]): Dataset<Row> {
  return {
    length: Number(file.metadata.num_rows),
    async *read({ skip }) {
      let left = skip;
      for (const [index, rows] of file.groupRows.entries()) {
        if (left >= rows) {
          left -= rows;
          continue;
        }
        const group = await readGroup(file, index, columns);
        for (let row = left; row < rows; row++) yield group.row(row);
        left = 0;
      }
    },
  };
}

function sizeInMemory({ metadata }: ParquetFile, columns: readonly ParquetColumn[]): number {
  const bytes = metadata.row_groups.flatMap((group) =>
    columns.map(({ index }) => Number(group.columns[index]?.meta_data?.total_uncompressed_size ?? 0)),
  );
  const declared = bytes.reduce((sum, size) => sum + size, 0);
  return Math.max(declared, 8 * columns.length * Number(metadata.num_rows));
}

function tooLarge(path: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} takes more than 1 GiB, too much for a table in memory.`, {
    about: path,
    hint: 'Read fewer columns, or read it in order: { stream: true }.',
  });
}
