import type { FileHandle } from 'node:fs/promises';
import { fsError, openRegularFile, readWholeFile } from '@forge-ml/core/node';
import { ForgeError, isForgeError } from '@forge-ml/core/plugin';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { statusText, wasChanged } from '../files/stable-files.js';
import { cellConverter, isExact, type ParquetCell } from './cells.js';
import { damaged, UnreadableParquet } from './damaged.js';
import type { ParquetColumn } from './parquet-columns.js';
import { readColumn } from './read-column.js';

/** Cells and bytes of a row group: a larger one would fill the memory. */
const mostCells = 2 ** 27;
const mostBytes = 2 ** 30;
const mostFooterBytes = 2 ** 28;

/** A Parquet file. It must stay the same while it is used. */
export class ParquetFile {
  private constructor(
    readonly path: string,
    readonly metadata: FileMetaData,
    readonly size: number,
    private readonly status: string,
  ) {}

  /** @throws ForgeError FILE_SYSTEM, DATA_INVALID */
  static async open(path: string): Promise<ParquetFile> {
    return withFile(path, async (handle) => {
      const { size } = await handle.stat();
      return new ParquetFile(path, await readFooter(handle, size), size, statusText(await handle.stat()));
    });
  }

  /** Rows of each row group. */
  get groupRows(): readonly number[] {
    return this.metadata.row_groups.map((group) => Number(group.num_rows));
  }

  /**
   * The cells of columns in a row group, a list for each column.
   * @throws ForgeError DATA_INVALID if the file changed, or is damaged
   */
  async read(group: number, columns: readonly ParquetColumn[]): Promise<(ParquetCell | null)[][]> {
    return withFile(this.path, async (handle) => {
      if (statusText(await handle.stat()) !== this.status) throw wasChanged(this.path);
      const read: (ParquetCell | null)[][] = [];
      let bytes = 0;
      for (const column of columns) {
        const chunk = await this.#chunk(handle, group, column, columns.length);
        bytes += Number(chunk.chunk.total_uncompressed_size);
        if (bytes > mostBytes) throw tooLarge(this.path, group);
        const { element } = column.schemaPath[1];
        const convert = cellConverter(element, column.wide ?? false);
        read.push(
          readColumn<ParquetCell>({
            ...chunk,
            schemaPath: column.schemaPath,
            convert: (value) => convert(value) as ParquetCell,
          }),
        );
      }
      return read;
    });
  }

  /** Whether a column of 64-bit integers has values that are not exact as numbers. Reads it. */
  async isWide(column: ParquetColumn): Promise<boolean> {
    for (const group of this.groupRows.keys()) {
      const [texts] = await this.read(group, [{ ...column, wide: true }]);
      if (texts!.some((text) => text !== null && !isExact(BigInt(text as string)))) return true;
    }
    return false;
  }

  async #chunk(handle: FileHandle, group: number, column: ParquetColumn, columns: number) {
    const rowGroup = this.metadata.row_groups[group]!;
    const rows = Number(rowGroup.num_rows);
    if (rows * columns > mostCells) throw tooLarge(this.path, group);
    const found = rowGroup.columns[column.index];
    const chunk = found?.meta_data;
    if (found?.crypto_metadata !== undefined) throw new UnreadableParquet('is encrypted');
    if (chunk === undefined || found?.file_path !== undefined) throw damaged('the data of a column is missing');
    if (chunk.path_in_schema.join('\0') !== column.name || Number(chunk.num_values) !== rows) {
      throw damaged(`the column "${column.name}" of row group ${group} is not as long as the group`);
    }
    const starts = [chunk.data_page_offset, chunk.dictionary_page_offset].map(Number).filter((at) => at > 0);
    const [start, length] = [Math.min(...starts), Number(chunk.total_compressed_size)];
    if (!(start >= 4 && length >= 0 && start + length <= this.size)) throw damaged('a column is outside of the file');
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, start);
    if (bytesRead < length) throw damaged('it ends within a column');
    return { bytes, chunk, rows };
  }
}

async function readFooter(handle: FileHandle, size: number): Promise<FileMetaData> {
  if (size === 0) throw new UnreadableParquet('is empty');
  const end = Buffer.alloc(8);
  await handle.read(end, 0, 8, Math.max(0, size - 8));
  const magic = end.toString('latin1', 4);
  if (magic === 'PARE') throw new UnreadableParquet('is encrypted');
  const start = (await readWholeFile(handle, Math.min(size, 4))).toString('latin1');
  if (start !== 'PAR1') throw new UnreadableParquet('is no Parquet file');
  if (magic !== 'PAR1') throw new UnreadableParquet('is truncated: its end is missing');
  const length = end.readUInt32LE(0);
  if (length > Math.min(size - 12, mostFooterBytes)) throw damaged('its footer is longer than it');
  const footer = Buffer.alloc(length + 8);
  await handle.read(footer, 0, length + 8, size - length - 8);
  const metadata = parquetMetadata(new Uint8Array(footer), { geoparquet: false });
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== Number(metadata.num_rows) || metadata.row_groups.some((group) => group.num_rows < 0n)) {
    throw damaged('its row groups have another number of rows than it declares');
  }
  return metadata;
}

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openRegularFile(path).catch((error: unknown) => {
    throw fsError(error, path, 'read');
  });
  try {
    return await use(handle);
  } catch (error) {
    throw readError(error, path);
  } finally {
    await handle.close();
  }
}

/** What the decoder throws otherwise, of a value outside of a page for example, is a fault of the file. */
function readError(error: unknown, path: string): unknown {
  const known = fsError(error, path, 'read');
  if (isForgeError(known)) return known;
  const how = error instanceof UnreadableParquet ? error.message : `is damaged: ${known.message}`;
  return new ForgeError('DATA_INVALID', `${path} ${how}.`, {
    about: path,
    hint: 'Get or write the file again.',
    cause: error,
  });
}

function tooLarge(path: string, group: number): ForgeError {
  return new ForgeError('DATA_INVALID', `Row group ${group} of ${path} is too large to read at once.`, {
    about: path,
    hint: 'Read fewer columns, or write the file with smaller row groups, such as 100,000 rows.',
  });
}
