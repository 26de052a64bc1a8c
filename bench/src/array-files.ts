import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy } from '@forge-ml/core';
import { type Benchmark, interleave, median } from './benchmark.js';

/** `FORGE_BENCH_NPY_MB=1000 npm run bench -- array-files` reads 1 GB. */
const megabytes = Number(process.env.FORGE_BENCH_NPY_MB ?? 256);
const rounds = 9;

/** A npy file against the bytes of the same file. */
export const arrayFiles: Benchmark = {
  name: 'array-files',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'forge-bench-'));
    try {
      const file = join(folder, 'x.npy');
      const columns = 256;
      const count = Math.floor((megabytes * 1e6) / 4 / columns);
      const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${columns}), }`.padEnd(117);
      const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
      await writeFile(file, Buffer.concat([start, Buffer.alloc(count * columns * 4, 'noise')]));
      const timed = (read: () => Promise<unknown>) => async () => {
        const began = performance.now();
        await read();
        return [performance.now() - began];
      };
      const samples = await interleave(rounds, {
        npy: timed(() => readNpy(file)),
        raw: timed(() => readFile(file)),
      });
      const [npy, raw] = [median(samples.npy), median(samples.raw)];
      return [
        {
          what: 'time to read a npy file, against its bytes',
          value: npy / raw,
          unit: '×',
          bar: { relation: '<=', value: 1.1 },
          detail: `${megabytes} MB; ${npy.toFixed(0)} ms; fs.readFile: ${raw.toFixed(0)} ms`,
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
