import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { RandomStream } from '@forge-ml/core';

// Draws a folder of PNG files, always the same: npx jiti examples/image-folder/draw-shapes.ts shapes
const side = 32;

/** Whether a point is in the shape, which fills the square from -1 to 1. */
const shapes: Record<string, (x: number, y: number) => boolean> = {
  disk: (x, y) => x * x + y * y < 1,
  ring: (x, y) => Math.abs(x * x + y * y - 0.75) < 0.25,
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
};

/** Draws `count` images of each shape into a folder of its name. */
export function drawShapes(folder: string, count: number): void {
  for (const [name, isInside] of Object.entries(shapes)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      const random = RandomStream.of(0, 'shapes').child(name).child(index);
      const [radius, angle] = [6 + 8 * random.float(), 2 * Math.PI * random.float()];
      const [left, top] = [side / 2 + 2 * random.normal(), side / 2 + 2 * random.normal()];
      const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
      const [ink, paper] = [60 + random.below(60), 150 + random.below(60)];
      const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
        const [x, y] = [(at % side) - left, Math.floor(at / side) - top];
        const inside = isInside(cos * x + sin * y, cos * y - sin * x);
        return Math.min(255, Math.max(0, (inside ? ink : paper) + 20 * random.normal()));
      });
      writeFileSync(join(folder, name, `${index}.png`), grayPng(pixels));
    }
  }
}

/** A gray PNG file of 8 bits: https://www.w3.org/TR/png-3/ */
function grayPng(pixels: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const lines = Buffer.alloc(side * (side + 1));
  for (let y = 0; y < side; y++) lines.set(pixels.subarray(y * side, (y + 1) * side), y * (side + 1) + 1);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND')]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const [folder] = process.argv.slice(2);
if (import.meta.filename === process.argv[1] && folder !== undefined) drawShapes(folder, 60);
