import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

export interface WrittenMedia {
  readonly kind: 'image' | 'text' | 'histogram' | 'table';
  readonly name: string;
  readonly step: number;
  readonly content: string | Buffer;
}

const endings = { image: 'png', text: 'txt', histogram: 'histogram.json', table: 'table.json' } as const;

/** Adds media of the split `valid` to a run, as Forge writes them. */
export async function writeMedia(run: string, media: readonly WrittenMedia[]): Promise<void> {
  for (const { kind, name, step, content } of media) {
    const file = `media/${step}/valid.${portable(name)}.${endings[kind]}`;
    await mkdir(dirname(join(run, file)), { recursive: true });
    await writeFile(join(run, file), content);
    const line = { step, epoch: 0, time: 1.77e12 + step, split: 'valid', name, kind, file };
    await appendFile(join(run, 'media.jsonl'), `${JSON.stringify(line)}\n`);
  }
}

function portable(name: string): string {
  const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  return name.replace(/[^\w-]/g, escaped);
}

/** A grey square, with an optional text chunk that says anything. */
export function png(size: number, shade: (x: number, y: number) => number, comment = ''): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 8;
  const rows = Buffer.from(
    Array.from({ length: size }, (_, y) => [0, ...Array.from({ length: size }, (_, x) => shade(x, y))]).flat(),
  );
  const text = comment === '' ? [] : [chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1'))];
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...text,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
