import { crc32 } from 'node:zlib';
import type { ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { checkDeltas, checkRuns, checkTextDeltas } from './check-encoding.js';
import { damaged, UnreadableParquet } from './damaged.js';
import { decompressPage } from './decompress.js';

/** A column of one row group, to be read. */
export interface ColumnRequest<T> {
  /** The bytes of its pages. */
  readonly bytes: Buffer;
  readonly chunk: ColumnMetaData;
  /** The root and the column. */
  readonly schemaPath: readonly [SchemaTree, SchemaTree];
  readonly rows: number;
  /** Converts a value as it is stored. */
  convert(value: unknown): T;
}

/**
 * Reads the pages of a flat column. Each header is checked against the file before memory is reserved for it.
 * @returns a value for each row; null where it is missing
 * @throws UnreadableParquet; RangeError where a page ends too early
 */
export function readColumn<T>(request: ColumnRequest<T>): (T | null)[] {
  const { bytes, chunk, rows, convert } = request;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const cells: (T | null)[] = [];
  let dictionary: T[] | undefined;
  while (cells.length < rows) {
    if (reader.offset >= bytes.length) throw damaged('a column ends before its last row');
    const header = parquetHeader(reader);
    const size = header.compressed_page_size;
    if (!(size >= 0 && size <= bytes.length - reader.offset)) throw damaged('a page is longer than its column');
    if (!(header.uncompressed_page_size >= 0 && header.uncompressed_page_size <= chunk.total_uncompressed_size)) {
      throw damaged('a page is larger than its column');
    }
    const body = bytes.subarray(reader.offset, reader.offset + size);
    reader.offset += size;
    if (header.crc !== undefined && crc32(body) !== header.crc >>> 0)
      throw damaged('a page does not match its checksum');
    if (header.type === 'DICTIONARY_PAGE') dictionary = readDictionary(request, header, body);
    else if (header.type !== 'INDEX_PAGE') {
      const { levels, values, indices } = readPage(request, header, body, rows - cells.length);
      append(cells, levels, values, indices ? lookUp(dictionary) : convert);
    }
  }
  return cells;
}

interface Page {
  /** 0 where a value is missing, 1 where it is not; empty if none is missing. */
  readonly levels: ArrayLike<number>;
  readonly values: DecodedArray;
  /** Whether the values are indices into the dictionary. */
  readonly indices: boolean;
}

function readDictionary<T>({ chunk, schemaPath, convert }: ColumnRequest<T>, header: PageHeader, body: Buffer): T[] {
  const page = decompressPage(body, header.uncompressed_page_size, chunk.codec);
  const count = header.dictionary_page_header?.num_values ?? -1;
  if (!(count >= 0 && count <= page.length)) throw damaged('a dictionary declares more values than it has');
  const reader = { view: new DataView(page.buffer), offset: 0 };
  return Array.from(readPlain(reader, chunk.type, count, schemaPath[1].element.type_length), convert);
}

function readPage<T>({ chunk, schemaPath }: ColumnRequest<T>, header: PageHeader, body: Buffer, most: number): Page {
  const [root, column] = schemaPath;
  const { element } = column;
  const parsers = {} as Parameters<typeof readDataPage>[2]['parsers'];
  const decoder = { ...chunk, pathInSchema: chunk.path_in_schema, element, schemaPath: [root, column], parsers };
  const optional = element.repetition_type !== 'REQUIRED';
  const size = header.uncompressed_page_size;
  if (header.type === 'DATA_PAGE_V2') {
    const v2 = header.data_page_header_v2!;
    const before = v2.definition_levels_byte_length + v2.repetition_levels_byte_length;
    checkCount(v2.num_values, most);
    if (!(v2.num_nulls >= 0 && v2.num_nulls <= v2.num_values)) throw damaged('a page has more nulls than values');
    if (!(before >= 0 && before <= body.length && before <= size))
      throw damaged('the levels of a page are longer than it');
    const rest = body.subarray(before);
    const plain = v2.is_compressed === false ? rest : decompressPage(rest, size - before, chunk.codec);
    const page = new Uint8Array(Buffer.concat([body.subarray(0, before), plain]));
    if (optional) checkRuns(page, v2.repetition_levels_byte_length, before, 1, v2.num_values);
    checkValues(page, before, v2.encoding, chunk, v2.num_values - v2.num_nulls);
    const uncompressed = { ...header, data_page_header_v2: { ...v2, is_compressed: false } };
    const { definitionLevels, dataPage } = readDataPageV2(page, uncompressed, decoder);
    return { levels: definitionLevels ?? [], values: dataPage, indices: isIndices(v2.encoding) };
  }
  const v1 = header.data_page_header;
  if (header.type !== 'DATA_PAGE' || v1 === undefined) throw damaged('a page has an unknown type');
  checkCount(v1.num_values, most);
  const page = decompressPage(body, size, chunk.codec);
  let start = 0;
  if (optional) {
    if (v1.definition_level_encoding !== 'RLE') throw new UnreadableParquet('has levels in an outdated encoding');
    start = 4 + new DataView(page.buffer).getUint32(0, true);
    if (start > page.length) throw damaged('the levels of a page are longer than it');
    checkRuns(page, 4, start, 1, v1.num_values);
  }
  checkValues(page, start, v1.encoding, chunk, v1.num_values);
  const { definitionLevels, dataPage } = readDataPage(page, v1, decoder);
  return { levels: definitionLevels ?? [], values: dataPage, indices: isIndices(v1.encoding) };
}

function checkCount(count: number, most: number): void {
  if (!(count > 0 && count <= most)) throw damaged('its pages have another number of rows than it declares');
}

/** @param count at most how many values there are */
function checkValues(page: Uint8Array, start: number, encoding: string, { type }: ColumnMetaData, count: number): void {
  if (isIndices(encoding) && start < page.length) checkRuns(page, start + 1, page.length, page[start]!, count);
  if (encoding === 'RLE') checkRuns(page, start + (type === 'BOOLEAN' ? 4 : 1), page.length, 1, count);
  if (encoding === 'DELTA_BINARY_PACKED' || encoding === 'DELTA_LENGTH_BYTE_ARRAY') {
    if (count > 0) checkDeltas(page, start, count);
  }
  if (encoding === 'DELTA_BYTE_ARRAY' && count > 0) checkTextDeltas(page, start, count);
}

function isIndices(encoding: string): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY';
}

function lookUp<T>(dictionary: readonly T[] | undefined): (index: unknown) => T {
  if (dictionary === undefined) throw damaged('a dictionary is missing');
  return (index) => {
    if (!((index as number) < dictionary.length)) throw damaged('a value is not in its dictionary');
    return dictionary[index as number]!;
  };
}

function append<T>(
  cells: (T | null)[],
  levels: ArrayLike<number>,
  values: DecodedArray,
  convert: (value: unknown) => T,
): void {
  if (levels.length === 0) {
    for (let index = 0; index < values.length; index++) cells.push(convert(values[index]));
    if (values.length === 0) throw damaged('a page has no values');
    return;
  }
  let next = 0;
  for (let index = 0; index < levels.length; index++) {
    if (levels[index] === 0) cells.push(null);
    else {
      if (next >= values.length) throw damaged('a page has fewer values than it declares');
      cells.push(convert(values[next++]));
    }
  }
}
