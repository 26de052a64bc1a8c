import { readFileSync, writeFileSync } from 'node:fs';
import type { TensorData } from '@forge-ml/core';

const codes: Readonly<Record<string, string>> = { float32: 'F32', int32: 'I32', uint8: 'U8' };

/** Writes a safetensors file: https://github.com/huggingface/safetensors#format. */
export function writeSafetensors(path: string, tensors: Iterable<readonly [name: string, value: TensorData]>): void {
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype: codes[dtype], shape, data_offsets: [end, end + bytes.length] };
    parts.push(bytes);
    end += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, ...parts]));
}

/** Reads the float32 tensors of a safetensors file. */
export function readSafetensors(path: string): ReadonlyMap<string, Float32Array> {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
  delete header.__metadata__;
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          data_offsets: [from, to],
        },
      ]) => {
        const bytes = Uint8Array.from(file.subarray(start + from, start + to));
        return [name, new Float32Array(bytes.buffer)];
      },
    ),
  );
}
