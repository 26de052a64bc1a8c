import type { PbfWriter } from 'pbf';

/** A signed 64-bit number in protobuf's variable length, exact: pbf itself writes JavaScript numbers only. */
export function writeInt64Field(writer: PbfWriter, tag: number, value: bigint): void {
  if (Number.isSafeInteger(Number(value))) {
    writer.writeVarintField(tag, Number(value));
    return;
  }
  writer.writeTag(tag, 0);
  writer.realloc(10);
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) writer.buf[writer.pos++] = Number(rest & 0x7fn) | 0x80;
  writer.buf[writer.pos++] = Number(rest);
}
