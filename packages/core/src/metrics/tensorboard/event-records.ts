import { PbfWriter } from 'pbf';
import { maskedCrc32c } from './crc32c.js';
import { type EventMessage, writeEventMessage } from './event-message.js';

const headerBytes = 12;

/**
 * A buffer of events in the framing of an event file: u64 length, masked CRC-32C of the length, the message, masked
 * CRC-32C of the message; all little-endian.
 */
export class EventRecords {
  private readonly writer = new PbfWriter(new Uint8Array(1 << 16));

  get byteLength(): number {
    return this.writer.pos;
  }

  add(event: EventMessage): void {
    const { writer } = this;
    const start = writer.pos;
    writer.realloc(headerBytes);
    writer.pos = start + headerBytes;
    writeEventMessage(event, writer);
    const end = writer.pos;
    writer.pos = start;
    writer.writeFixed32(end - start - headerBytes);
    writer.writeFixed32(0);
    writer.writeFixed32(maskedCrc32c(writer.buf, start, start + 8));
    writer.pos = end;
    writer.writeFixed32(maskedCrc32c(writer.buf, start + headerBytes, end));
  }

  /** The bytes so far, valid until the next `add`. */
  take(): Uint8Array {
    const bytes = this.writer.buf.subarray(0, this.writer.pos);
    this.writer.pos = 0;
    return bytes;
  }
}
