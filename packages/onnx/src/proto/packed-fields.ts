import type { PbfWriter } from 'pbf';
import type { Field } from './fields.js';
import { type WireReader, wireTypes } from './wire-reader.js';
import { writeInt64Field } from './write-int64.js';

/** Numbers, packed into one field or one field each: writers do either, readers take both. */
function numbers<T>(
  tag: number,
  type: 0 | 5,
  read: (reader: WireReader) => T,
  write: (writer: PbfWriter, value: T) => void,
): Field<readonly T[]> {
  return {
    tag,
    absent: [],
    read(reader, before, name) {
      const items = before.length === 0 ? [] : (before as T[]);
      if (reader.type === wireTypes.bytes) {
        reader.within(() => {
          while (!reader.atEnd) items.push(read(reader));
        });
      } else {
        reader.expect(type, name);
        items.push(read(reader));
      }
      return items;
    },
    write(writer, values) {
      for (const value of values) write(writer, value);
    },
  };
}

export const floats = (tag: number): Field<readonly number[]> =>
  numbers(
    tag,
    wireTypes.fixed32,
    (reader) => reader.float(),
    (writer, value) => writer.writeFloatField(tag, value),
  );

export const int64s = (tag: number): Field<readonly bigint[]> =>
  numbers(
    tag,
    wireTypes.varint,
    (reader) => reader.bigVarint(),
    (writer, value) => writeInt64Field(writer, tag, value),
  );

export const int32s = (tag: number): Field<readonly number[]> =>
  numbers(
    tag,
    wireTypes.varint,
    (reader) => reader.varint(),
    (writer, value) => writer.writeVarintField(tag, value),
  );

/** Floats or doubles as little-endian bytes, in the pieces that the file has. */
export function rawNumbers(tag: number, size: 4 | 8): Field<readonly Uint8Array[]> {
  const type = size === 4 ? wireTypes.fixed32 : wireTypes.fixed64;
  return {
    tag,
    absent: [],
    read(reader, before, name) {
      const pieces = before.length === 0 ? [] : (before as Uint8Array[]);
      if (reader.type === wireTypes.bytes) {
        pieces.push(reader.bytes());
      } else {
        reader.expect(type, name);
        pieces.push(reader.fixed(size));
      }
      return pieces;
    },
    write(writer, pieces) {
      for (const piece of pieces) writer.writeBytesField(tag, piece);
    },
  };
}
