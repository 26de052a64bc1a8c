import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTensorFile } from '@forge-ml/core';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';
import { gigabyteState, inStore, saveState } from './gigabyte.js';

const rounds = 7;
const chunkSize = 4 * 1024 * 1024;

/** Compares loading with reading the same files into memory, both from the system's cache. */
export const checkpointLoad: Benchmark = {
  name: 'checkpoint-load',
  async run() {
    const rows: Row[] = [];
    await inStore(async (_folder, store) => {
      const saved = await saveState(store, 1, gigabyteState());
      const files = readdirSync(saved)
        .filter((name) => name.endsWith('.safetensors'))
        .map((name) => join(saved, name));
      const timed = async (work: () => unknown) => {
        const start = performance.now();
        await work();
        return [performance.now() - start];
      };
      const { checked, unchecked, plain } = await interleave(rounds, {
        checked: () => timed(() => store.load(1)),
        unchecked: () =>
          timed(async () => {
            for (const file of files) await readTensorFile(file);
          }),
        plain: () => timed(() => files.map(readWhole)),
      });
      const detail = (times: readonly number[]) =>
        `forge ${median(times).toFixed(0)} ms, node:fs ${median(plain).toFixed(0)} ms`;
      rows.push(
        {
          what: 'loading a checkpoint of 1 GiB with checksums, relative to reading its files',
          value: median(checked.map((time, round) => time / plain[round]!)),
          unit: '×',
          bar: { relation: '<=', value: 1.6 },
          detail: detail(checked),
        },
        {
          what: 'reading the same tensors without checksums, relative to reading the files',
          value: median(unchecked.map((time, round) => time / plain[round]!)),
          unit: '×',
          bar: { relation: '<=', value: 1.15 },
          detail: detail(unchecked),
        },
      );
    });
    return rows;
  },
};

function readWhole(path: string): Uint8Array {
  const bytes = new Uint8Array(statSync(path).size);
  const file = openSync(path, 'r');
  for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, Math.min(chunkSize, bytes.length - at), at);
  closeSync(file);
  return bytes;
}
