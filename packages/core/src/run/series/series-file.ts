import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { inRegularFile, readPart } from '../../fs/read-regular-file.js';
import { bytesOf, NumberColumn, type NumberFormat, type StoredNumbers } from '../../metrics/series/number-column.js';
import { columnNames, SeriesColumns } from '../../metrics/series/series-columns.js';
import type { FileState } from './file-state.js';

/** The metrics of a file as they were read. */
export interface StoredSeries {
  readonly file: FileState;
  /** The bounds of `StepsPerEpoch`. */
  readonly epochs: { readonly above: number; readonly atMost: number };
  readonly isCut: boolean;
  readonly metrics: readonly { readonly split: string; readonly name: string; readonly columns: SeriesColumns }[];
}

type StoredColumn = readonly [format: NumberFormat, base: number, isAscending: boolean];

interface StoredMetric {
  readonly split: string;
  readonly name: string;
  readonly count: number;
  readonly columns: readonly StoredColumn[];
  /** CRC-32 of the bytes of its columns. */
  readonly checksum: number;
}

interface Header {
  readonly formatVersion: number;
  readonly byteOrder: string;
  readonly file: FileState;
  readonly epochs: { readonly above: number; readonly atMost: number | null };
  readonly isCut: boolean;
  readonly metrics: readonly StoredMetric[];
}

const cacheFile = { what: 'cache of metrics', code: 'RUN_INVALID', link: 'refuse' } as const;
const formatVersion = 1;
const longestHeader = 32 * 1024 * 1024;
/** The start of each column is a multiple of it, as typed arrays need. */
const alignment = 8;
/** The length and the CRC-32 of the header. */
const startBytes = 8;

/**
 * The content of a cache: 4 bytes with the length of the header and 4 with its CRC-32 (little endian), the header (JSON),
 * then the columns of each metric in the order of this machine.
 */
export function encodeSeries({ file, epochs, isCut, metrics }: StoredSeries): Uint8Array[] {
  const content: Uint8Array[] = [];
  const stored = metrics.map(({ split, name, columns }): StoredMetric => {
    const numbers = columnNames.map((column) => columns[column].store());
    const pieces = numbers.flatMap(({ bytes }) => [bytes, new Uint8Array(padding(bytes.length))]);
    content.push(...pieces);
    return {
      split,
      name,
      count: columns.length,
      columns: numbers.map(({ format, base, isAscending }) => [format, base, isAscending]),
      checksum: pieces.reduce((sum, piece) => crc32(piece, sum), 0),
    };
  });
  const ends = { ...epochs, atMost: Number.isFinite(epochs.atMost) ? epochs.atMost : null };
  const header: Header = { formatVersion, byteOrder: endianness(), file, epochs: ends, isCut, metrics: stored };
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(startBytes);
  start.writeUInt32LE(json.length, 0);
  start.writeUInt32LE(crc32(json), 4);
  return [start, json, ...content];
}

/** A cache, whose columns are read when they are needed. Nothing in it is believed unchecked. */
export class SeriesFile {
  private constructor(
    private readonly path: string,
    private readonly start: Buffer,
    private readonly header: Header,
    private readonly places: readonly number[],
  ) {}

  /** @throws Error if there is none, or it is damaged */
  static open(path: string): SeriesFile {
    return inRegularFile(path, cacheFile, (descriptor, { size }) => {
      const start = bytesAt(descriptor, 0, startBytes);
      const length = start.readUInt32LE(0);
      if (length > Math.min(longestHeader, size)) throw new Error('Its header is too long.');
      const json = bytesAt(descriptor, startBytes, length);
      if (crc32(json) !== start.readUInt32LE(4)) throw new Error('Its header is damaged.');
      const header = JSON.parse(json.toString()) as Header;
      if (header.formatVersion !== formatVersion || header.byteOrder !== endianness())
        throw new Error('Another format.');
      const places: number[] = [];
      let place = startBytes + length;
      for (const metric of header.metrics) {
        places.push(place);
        place += lengthOf(metric);
      }
      if (place !== size) throw new Error('It has another length.');
      return new SeriesFile(path, start, header, places);
    });
  }

  get file(): FileState {
    return this.header.file;
  }

  get epochs(): StoredSeries['epochs'] {
    const { above, atMost } = this.header.epochs;
    return { above, atMost: atMost ?? Number.POSITIVE_INFINITY };
  }

  get isCut(): boolean {
    return this.header.isCut;
  }

  get metrics(): readonly Pick<StoredMetric, 'split' | 'name' | 'count'>[] {
    return this.header.metrics;
  }

  /** The values of a metric. @throws Error if the cache was replaced or is damaged */
  columns(metric: number): SeriesColumns {
    const { count, columns, checksum } = this.header.metrics[metric]!;
    const length = lengthOf(this.header.metrics[metric]!);
    const bytes = inRegularFile(this.path, cacheFile, (descriptor) => {
      if (!bytesAt(descriptor, 0, startBytes).equals(this.start)) throw new Error('It was replaced.');
      return bytesAt(descriptor, this.places[metric]!, length);
    });
    if (crc32(bytes) !== checksum) throw new Error('It is damaged.');
    let place = bytes.byteOffset;
    const numbers = columns.map(([format, base, isAscending]): NumberColumn => {
      const stored: StoredNumbers = {
        format,
        base,
        isAscending,
        bytes: new Uint8Array(bytes.buffer as ArrayBuffer, place, count * bytesOf(format)),
      };
      place += stored.bytes.length + padding(stored.bytes.length);
      return NumberColumn.from(stored);
    });
    return new SeriesColumns(...(numbers as [NumberColumn, NumberColumn, NumberColumn, NumberColumn]));
  }
}

function lengthOf({ count, columns }: StoredMetric): number {
  return columns.reduce((sum, [format]) => {
    const length = count * bytesOf(format);
    return sum + length + padding(length);
  }, 0);
}

function padding(length: number): number {
  return (alignment - (length % alignment)) % alignment;
}

/** Memory of their own: the start of a typed array must be a multiple of its element size. */
function bytesAt(descriptor: number, start: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  if (readPart(descriptor, bytes, start) < length) throw new Error('It is truncated.');
  return bytes;
}
