import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { crc32c } from './crc32c.js';
import { EventFileSink } from './event-file-sink.js';

/** Decodes protobuf wire format without a schema: [field number, value] pairs; submessages and strings as bytes. */
function fieldsOf(bytes: Buffer): [number, number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const next = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = next(1)[0]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const readers: Readonly<Record<number, () => number | Buffer>> = {
    0: varint,
    1: () => next(8).readDoubleLE(),
    2: () => next(varint()),
    5: () => next(4).readFloatLE(),
  };
  while (at < bytes.length) {
    const key = varint();
    fields.push([key >> 3, readers[key & 7]!()]);
  }
  return fields;
}

function messagesIn(path: string): Buffer[] {
  const file = readFileSync(path);
  const unmask = (masked: number): number => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const messages: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmask(file.readUInt32LE(at + 8))).to.equal(crc32c(file.subarray(at, at + 8)));
    const message = file.subarray(at + 12, at + 12 + length);
    expect(unmask(file.readUInt32LE(at + 12 + length))).to.equal(crc32c(message));
    messages.push(message);
    at += 16 + length;
  }
  return messages;
}

describe('EventFileSink', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-events-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes the version, the session start and the scalars, framed and with checksums', async () => {
    const sink = new EventFileSink(folder);
    sink.write({ step: 3, epoch: 0, time: 1_700_000_000_500, split: 'train', values: { loss: 0.5, größe: Infinity } });
    sink.write({ step: 2 ** 40, epoch: 9, time: 1_700_000_001_000, split: 'valid', values: { accuracy: 0.75 } });
    await sink.close();
    const [version, start, train, valid, ...more] = messagesIn(sink.path).map(fieldsOf);
    expect(more).to.deep.equal([]);
    expect(version![1]).to.deep.equal([3, Buffer.from('brain.Event:2')]);
    expect(start!.slice(1)).to.deep.equal([
      [2, 0],
      [7, Buffer.from([8, 1])],
    ]);
    expect(train!.slice(0, 2)).to.deep.equal([
      [1, 1_700_000_000.5],
      [2, 3],
    ]);
    const scalars = (event: [number, number | Buffer][]) =>
      fieldsOf(event[2]![1] as Buffer).map(([, value]) => fieldsOf(value as Buffer));
    expect(scalars(train!)).to.deep.equal([
      [
        [1, Buffer.from('train/loss')],
        [2, 0.5],
      ],
      [
        [1, Buffer.from('train/größe')],
        [2, Infinity],
      ],
    ]);
    expect(valid![1]).to.deep.equal([2, 2 ** 40]);
    expect(scalars(valid!)).to.deep.equal([
      [
        [1, Buffer.from('valid/accuracy')],
        [2, 0.75],
      ],
    ]);
  });

  it('starts a new file on a resume, at the step after the restored one', async () => {
    const first = new EventFileSink(folder);
    await first.close();
    appendFileSync(first.path, 'torn');
    const second = new EventFileSink(folder, { resumedAt: 86 });
    await second.close();
    expect(
      readdirSync(folder)
        .toSorted()
        .map((name) => join(folder, name)),
    ).to.deep.equal([first.path, second.path]);
    expect(fieldsOf(messagesIn(second.path)[1]!)[1]).to.deep.equal([2, 87]);
  });

  it('keeps every event of a long run across its write buffers', async () => {
    const sink = new EventFileSink(folder);
    for (let step = 0; step < 40_000; step++) {
      sink.write({ step, epoch: 0, time: 1_700_000_000_000 + step, split: 'train', values: { loss: step } });
    }
    await sink.close();
    const steps = messagesIn(sink.path)
      .slice(2)
      .map((message) => fieldsOf(message)[1]![1]);
    expect(steps).to.deep.equal(Array.from({ length: 40_000 }, (_, step) => step));
  });
});
