import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '@forge-ml/core';
import { type Benchmark, interleave, median } from './benchmark.js';
import type { Measured } from './csv-contender.js';

/** `FORGE_BENCH_CSV_MB=1000 npm run bench -- csv` reads 1 GB. */
const megabytes = Number(process.env.FORGE_BENCH_CSV_MB ?? 100);
const rounds = 3;

/** CSV into typed arrays in order, with bounded memory: Forge, udsv and Papa Parse, each in its own process. */
export const csv: Benchmark = {
  name: 'csv',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'forge-bench-'));
    try {
      const file = join(folder, 'data.csv');
      writeTable(file, megabytes * 1e6);
      const memory: Record<string, number> = {};
      const contender = (name: string) => async () => {
        const { ms, peakMegabytes } = await measure(name, file);
        memory[name] = Math.max(memory[name] ?? 0, peakMegabytes);
        return [ms];
      };
      const samples = await interleave(rounds, {
        forge: contender('forge'),
        udsv: contender('udsv'),
        papaparse: contender('papaparse'),
      });
      const ours = median(samples.forge);
      const detail = (name: 'udsv' | 'papaparse') => {
        const side = (which: 'forge' | typeof name) =>
          `${Math.round((megabytes * 1000) / median(samples[which]))} MB/s, at most ${Math.round(memory[which]!)} MB of memory`;
        return `${megabytes} MB; Forge: ${side('forge')}; ${name}: ${side(name)}`;
      };
      return [
        {
          what: 'speed against Papa Parse, streaming',
          value: median(samples.papaparse) / ours,
          unit: '×',
          bar: { relation: '>=', value: 2 },
          detail: detail('papaparse'),
        },
        {
          what: 'speed against udsv, streaming',
          value: median(samples.udsv) / ours,
          unit: '×',
          bar: { relation: '>=', value: 0.8 },
          detail: detail('udsv'),
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(name: string, file: string): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('./csv-contender.js', import.meta.url)), [name, file]);
  const [measured] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Measured | number];
  if (typeof measured === 'number') throw new Error(`${name} ended with ${measured}`);
  return measured;
}

/** Integers, decimals, categories, some quoted text, and booleans. */
function writeTable(file: string, bytes: number): void {
  const random = RandomStream.of(1, 'csv');
  const plans = ['free', 'basic', 'pro', 'enterprise'];
  const descriptor = openSync(file, 'w');
  let written = writeSync(descriptor, 'id,age,income,score,plan,city,churned\n');
  for (let row = 0; written < bytes; ) {
    let text = '';
    for (const end = row + 5000; row < end; row++) {
      const numbers = `${row},${random.below(80)},${(random.float() * 1e5).toFixed(2)},${random.float().toFixed(6)}`;
      const city = random.below(10) === 0 ? '"Paris, 7e"' : 'Berlin';
      text += `${numbers},${plans[random.below(4)]},${city},${random.below(3) === 0}\n`;
    }
    written += writeSync(descriptor, text);
  }
  closeSync(descriptor);
}
