import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';
import { gigabyteState, inStore, saveState } from './gigabyte.js';

const rounds = 7;
const chunkSize = 4 * 1024 * 1024;

/** Compares saving with writing the same bytes to one file and fsyncing it, synchronously by `node:fs`. */
export const checkpointSave: Benchmark = {
  name: 'checkpoint-save',
  async run() {
    const rows: Row[] = [];
    await inStore(async (folder, store) => {
      const state = gigabyteState();
      const timed = async (work: () => unknown) => {
        const start = performance.now();
        await work();
        return [performance.now() - start];
      };
      const byForge = async () => {
        const time = await timed(() => saveState(store, 1, state));
        await store.remove(1);
        return time;
      };
      const plain = async () => {
        const path = join(folder, 'plain');
        const time = await timed(() => {
          const file = openSync(path, 'wx');
          for (const bytes of state.tensors) {
            for (let at = 0; at < bytes.length; )
              at += writeSync(file, bytes, at, Math.min(chunkSize, bytes.length - at));
          }
          fsyncSync(file);
          closeSync(file);
        });
        rmSync(path);
        return time;
      };
      const { forge, fs } = await interleave(rounds, { forge: byForge, fs: plain });
      rows.push({
        what: 'saving 1 GiB with checksums and fsync, relative to writing and fsyncing the same bytes',
        value: median(forge.map((time, round) => time / fs[round]!)),
        unit: '×',
        bar: { relation: '<=', value: 1.25 },
        detail: `forge ${median(forge).toFixed(0)} ms, node:fs ${median(fs).toFixed(0)} ms`,
      });
    });
    return rows;
  },
};
