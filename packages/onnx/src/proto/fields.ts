import type { PbfWriter } from 'pbf';
import { UnreadBytes } from './byte-source.js';
import { type WireReader, type WireType, wireTypes } from './wire-reader.js';
import { writeInt64Field } from './write-int64.js';

/** How one field of a message is read and written. A field that was not in the file has the value `absent`. */
export interface Field<T> {
  readonly tag: number;
  readonly absent: T;
  /** Reads one occurrence; `before` is the value of earlier ones. */
  read(reader: WireReader, before: T, name: string): T;
  write(writer: PbfWriter, value: T): void;
}

export interface Codec<T> {
  /** A message with the given fields; the others are absent. */
  of(fields: Partial<T>): T;
  /** Reads a message that fills the rest of the enclosing one. */
  read(reader: WireReader): T;
  write(message: T, writer: PbfWriter): void;
}

export type Fields<T> = { readonly [Name in keyof T]: Field<T[Name]> };

/**
 * A message declared once, for reading and writing. Fields are written in the order of the table; unknown ones are
 * skipped on reading. The table is a function because messages contain each other.
 */
export function message<T extends object>(name: string, table: () => Fields<T>): Codec<T> {
  type Entry = { [Name in keyof T]: [Name, Field<T[Name]>] }[keyof T];
  let known: { byTag: Map<number, Entry>; empty: T; entries: readonly Entry[] } | undefined;
  const fields = () => {
    if (known) return known;
    const entries = Object.entries(table()) as Entry[];
    const empty = Object.fromEntries(entries.map(([key, field]) => [key, field.absent])) as T;
    known = { entries, empty, byTag: new Map(entries.map((entry) => [entry[1].tag, entry])) };
    return known;
  };
  return {
    of: (given) => ({ ...fields().empty, ...given }),
    read(reader) {
      const { byTag, empty } = fields();
      const result = { ...empty };
      reader.fields(name, (tag) => {
        const entry = byTag.get(tag);
        if (entry) result[entry[0]] = entry[1].read(reader, result[entry[0]], String(entry[0]));
      });
      return result;
    },
    write(value, writer) {
      for (const [key, field] of fields().entries) field.write(writer, value[key]);
    },
  };
}

function single<T>(
  tag: number,
  type: WireType,
  absent: T,
  read: (reader: WireReader) => T,
  write: (writer: PbfWriter, value: T) => void,
): Field<T> {
  return {
    tag,
    absent,
    read(reader, _before, name) {
      reader.expect(type, name);
      return read(reader);
    },
    write(writer, value) {
      if (value !== absent) write(writer, value);
    },
  };
}

function list<T>(one: Field<T | undefined>): Field<readonly T[]> {
  return {
    tag: one.tag,
    absent: [],
    read(reader, before, name) {
      const items = before.length === 0 ? [] : (before as T[]);
      items.push(one.read(reader, undefined, name) as T);
      return items;
    },
    write(writer, values) {
      for (const value of values) one.write(writer, value);
    },
  };
}

const decoder = new TextDecoder();

export const text = (tag: number): Field<string> =>
  single(
    tag,
    wireTypes.bytes,
    '',
    (reader) => decoder.decode(reader.bytes()),
    (writer, value) => writer.writeStringField(tag, value),
  );

/** Strings; empty ones are kept, because positions matter. */
export const texts = (tag: number): Field<readonly string[]> =>
  list({
    ...(text(tag) as Field<string | undefined>),
    write: (writer, value) => writer.writeStringField(tag, value ?? ''),
  });

export const bytes = (tag: number): Field<Uint8Array | undefined> =>
  single<Uint8Array | undefined>(
    tag,
    wireTypes.bytes,
    undefined,
    (reader) => reader.bytes(),
    (writer, value) => value && writer.writeBytesField(tag, value),
  );

/** The bytes of a tensor: those of a large one in a file are skipped. */
export const tensorBytes = (tag: number): Field<Uint8Array | UnreadBytes | undefined> =>
  single<Uint8Array | UnreadBytes | undefined>(
    tag,
    wireTypes.bytes,
    undefined,
    (reader) => reader.tensorBytes(),
    (writer, value) => {
      if (value instanceof UnreadBytes) throw new Error('a tensor that was not read cannot be written');
      if (value !== undefined) writer.writeBytesField(tag, value);
    },
  );

export const manyBytes = (tag: number): Field<readonly Uint8Array[]> => list(bytes(tag));

export const float = (tag: number): Field<number | undefined> =>
  single<number | undefined>(
    tag,
    wireTypes.fixed32,
    undefined,
    (reader) => reader.float(),
    (writer, value) => value !== undefined && writer.writeFloatField(tag, value),
  );

/** A number of at most 32 bits, or an enumeration. */
export const small = (tag: number): Field<number> =>
  single(
    tag,
    wireTypes.varint,
    0,
    (reader) => reader.varint(),
    (writer, value) => writer.writeVarintField(tag, value),
  );

export const int64 = (tag: number): Field<bigint | undefined> =>
  single<bigint | undefined>(
    tag,
    wireTypes.varint,
    undefined,
    (reader) => reader.bigVarint(),
    (writer, value) => value !== undefined && writeInt64Field(writer, tag, value),
  );

export function one<T>(tag: number, codec: Codec<T>): Field<T | undefined> {
  return single<T | undefined>(
    tag,
    wireTypes.bytes,
    undefined,
    (reader) => reader.within(() => codec.read(reader)),
    (writer, value) => value !== undefined && writer.writeMessage(tag, codec.write, value),
  );
}

export const many = <T>(tag: number, codec: Codec<T>): Field<readonly T[]> => list(one(tag, codec));
