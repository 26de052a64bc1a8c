import { open } from 'node:fs/promises';
import { ForgeError } from '@forge-ml/core/plugin';

/** The first byte and the length of each tensor in a file, by its name. */
export type TensorPlaces = ReadonlyMap<string, { readonly offset: number; readonly length: number }>;

/** The limit of the format, bytes (safetensors, README). */
const longestHeader = 100_000_000;

/** Where the tensors of a safetensors file are. @throws ForgeError DATA_INVALID for another file */
export async function tensorPlaces(path: string): Promise<TensorPlaces> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(8);
    await file.read(start, 0, 8, 0);
    const length = Number(start.readBigUInt64LE());
    if (length > Math.min(size - 8, longestHeader)) throw noTensors(path, `its header is said to be ${length} bytes`);
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    return new Map(
      Object.entries(entriesIn(header, path)).flatMap(([name, { data_offsets: ends }]) => {
        return ends === undefined ? [] : [[name, { offset: 8 + length + ends[0], length: ends[1] - ends[0] }] as const];
      }),
    );
  } finally {
    await file.close();
  }
}

function entriesIn(header: Buffer, path: string) {
  try {
    return JSON.parse(header.toString()) as Record<string, { readonly data_offsets?: [number, number] }>;
  } catch (error) {
    throw noTensors(path, `its header is not JSON: ${(error as Error).message}`);
  }
}

function noTensors(path: string, why: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} is not a safetensors file: ${why}.`, { about: path });
}
