import { open } from 'node:fs/promises';

/** The first byte and the length of each tensor in a file, by its name. */
export type TensorPlaces = ReadonlyMap<string, { readonly offset: number; readonly length: number }>;

/** Where the tensors of a safetensors file are. */
export async function tensorPlaces(path: string): Promise<TensorPlaces> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(8);
    await file.read(start, 0, 8, 0);
    const length = Number(start.readBigUInt64LE());
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    const entries = JSON.parse(header.toString()) as Record<string, { readonly data_offsets?: [number, number] }>;
    return new Map(
      Object.entries(entries).flatMap(([name, { data_offsets: ends }]) => {
        return ends === undefined ? [] : [[name, { offset: 8 + length + ends[0], length: ends[1] - ends[0] }] as const];
      }),
    );
  } finally {
    await file.close();
  }
}
