import { ForgeError } from '../../errors/forge-error.js';
import type { BadRows } from '../bad-rows.js';
import { type Block, type BlockOptions, BlockReader } from '../block-reader.js';
import type { FileStatus } from '../file-status.js';
import { type CsvHeader, readHeader } from './csv-header.js';
import type { CsvSettings } from './csv-options.js';
import { type BadPlace, RowParser } from './row-parser.js';
import { cellKinds, type TableBuilder } from './table-builder.js';

/** A longer row is an error: without an end, a quote would read the whole file into memory. */
const mostRowBytes = 1 << 24;
const badTextLength = 200;

/** What is known about the columns when rows are parsed. */
export interface ColumnPlan {
  /** How cells are read, by column. */
  readonly kinds: Uint8Array;
  readonly inferred: readonly boolean[];
  /** Whether cells of another kind turn an inferred column into text. */
  readonly demote: boolean;
}

/** Parses an open CSV file from its start. */
export class CsvFile {
  readonly #blocks: BlockReader;
  readonly #settings: CsvSettings;
  readonly #bad: BadRows;
  #block: Block;
  #position: number;
  #parser: RowParser | undefined;
  #bytesBefore = 0;

  private constructor(
    readonly path: string,
    settings: CsvSettings,
    bad: BadRows,
    blocks: BlockReader,
    block: Block,
    readonly header: CsvHeader,
  ) {
    this.#settings = settings;
    this.#bad = bad;
    this.#blocks = blocks;
    this.#block = block;
    this.#position = header.position;
  }

  /** Opens the file and reads the names of its columns. @throws ForgeError */
  static async open(path: string, settings: CsvSettings, bad: BadRows, options?: BlockOptions): Promise<CsvFile> {
    const blocks = await BlockReader.open(path, options);
    try {
      let block = await blocks.next();
      for (;;) {
        const header = readHeader(path, settings, block.bytes, block.start, block.end, block.final);
        if (header !== undefined) return new CsvFile(path, settings, bad, blocks, block, header);
        if (block.end - block.start > mostRowBytes) throw rowTooLong(path, 1);
        block = await blocks.next(block.start);
      }
    } catch (error) {
      await blocks.close();
      throw error;
    }
  }

  get status(): FileStatus {
    return this.#blocks.status;
  }

  /** Bytes parsed so far, without those of compression. */
  get bytes(): number {
    return this.#bytesBefore + this.#position - this.#block.start;
  }

  /** Columns whose inferred kind was wrong. */
  get demoted(): ReadonlySet<number> {
    return this.#parser?.demoted ?? new Set();
  }

  /** How the columns are read whose types are given; the others are undecided. */
  plan(demote: boolean): ColumnPlan {
    const { names, selected } = this.header;
    const types = new Map(Object.entries(this.#settings.types));
    return {
      kinds: Uint8Array.from(names, (name, column) =>
        selected[column] ? cellKinds[types.get(name) ?? 'undecided'] : cellKinds.skip,
      ),
      inferred: names.map((name) => !types.has(name)),
      demote,
    };
  }

  /**
   * Adds the next rows to a table, at most as many as it has room for.
   * @returns whether the file has more
   */
  async read(into: TableBuilder, plan: ColumnPlan): Promise<boolean> {
    this.#parser ??= this.#createParser(plan);
    const parser = this.#parser;
    for (;;) {
      const { bytes, end, final } = this.#block;
      const before = into.length;
      this.#position = parser.parse(bytes, this.#position, end, final, into);
      if (into.length === into.capacity) return true;
      if (final && this.#position >= end) return false;
      const rest = end - this.#position;
      if (rest > mostRowBytes) {
        if (!parser.insideQuote || parser.closeQuotes) throw rowTooLong(this.path, parser.line);
        parser.closeQuotes = true;
        continue;
      }
      parser.closeQuotes = false;
      this.#bytesBefore += this.#position - this.#block.start;
      this.#block = await this.#blocks.next(this.#position);
      this.#position = this.#block.start;
      if (into.length > before) return true;
    }
  }

  async close(): Promise<void> {
    await this.#blocks.close();
  }

  #createParser(plan: ColumnPlan): RowParser {
    const { delimiter, comments, missing } = this.#settings;
    const format = {
      delimiter: delimiter.charCodeAt(0),
      comment: comments?.charCodeAt(0) ?? -1,
      missing: new Set(missing),
      names: this.header.names,
      inferred: plan.inferred,
      demote: plan.demote,
    };
    const parser = new RowParser(format, (place) => this.#bad.add(badRowOf(place), place.hint));
    parser.line = this.header.line;
    return parser;
  }
}

function badRowOf({ bytes, start, limit, at, line, reason }: BadPlace) {
  const before = bytes.toString('utf8', start, at).split(/\r\n|\n|\r/);
  const text = bytes.toString('utf8', start, Math.min(limit, start + 4 * badTextLength)).replace(/[\r\n]+$/, '');
  return {
    line: line + before.length - 1,
    column: before.at(-1)!.length + 1,
    reason,
    text: text.slice(0, badTextLength),
  };
}

function rowTooLong(path: string, line: number): ForgeError {
  return new ForgeError('DATA_INVALID', `${path}:${line}: the row has more than ${mostRowBytes >> 20} MiB.`, {
    about: path,
    hint: 'Check the delimiter and the line ends: is it a CSV file?',
  });
}
