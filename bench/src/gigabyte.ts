import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckpointStore, ForgeLibrary, type NamedTensors, RandomStream, tensor } from '@forge-ml/core';

/** Bytes of the state: one third parameters, two thirds optimizer slots, as for Adam. */
export const stateBytes = 2 ** 30;
const tensorsPerPart = 8;

/** A state of that size, in tensors of 43 MB. */
export function gigabyteState(): { parameters: NamedTensors; optimizer: NamedTensors; tensors: readonly Uint8Array[] } {
  const length = Math.floor(stateBytes / 3 / tensorsPerPart / 4);
  const noise = Float32Array.from({ length: 1 << 16 }, random());
  const filled = () => {
    const values = new Float32Array(length);
    for (let start = 0; start < length; start += noise.length) {
      values.set(noise.subarray(0, Math.min(noise.length, length - start)), start);
    }
    return tensor(values);
  };
  const part = (prefix: string, count: number) =>
    new Map(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, filled()] as const));
  const [parameters, optimizer] = [part('w', tensorsPerPart), part('slot', 2 * tensorsPerPart)];
  return { parameters, optimizer, tensors: [...parameters.values(), ...optimizer.values()].map(({ bytes }) => bytes) };
}

/** Saves the state as the checkpoint of a step. */
export async function saveState(
  store: CheckpointStore,
  step: number,
  { parameters, optimizer }: Pick<ReturnType<typeof gigabyteState>, 'parameters' | 'optimizer'>,
): Promise<string> {
  return store.save(
    { parameters, optimizer, step, data: { epoch: 0, batch: step }, random: { algorithm: 'none', seed: 0 } },
    {
      engine: { backend: 'none', engine: 'none', device: 'cpu', versions: {}, settings: {}, warnings: [] },
      metrics: {},
    },
  );
}

/** Runs a function with a temporary folder and a checkpoint store in it. */
export async function inStore(work: (folder: string, store: CheckpointStore) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-bench-'));
  try {
    await work(folder, new ForgeLibrary({ directory: folder, argv: [] }).checkpoints(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function random(): () => number {
  const stream = RandomStream.of(1, 'state');
  return () => stream.float();
}
