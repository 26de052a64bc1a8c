import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MemoryEstimate } from '@forge-ml/core/plugin';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark, Row } from '../benchmark.js';
import { writeBaseFile } from './base-file.js';
import { measuredModels } from './models.js';

const mebibyte = 2 ** 20;
const tolerance = 20;
const child = fileURLToPath(new URL('./process.js', import.meta.url));

/** What training is estimated to take before its first step, against the peak of a new process, for each model. */
export const memoryEstimate: Benchmark = {
  name: 'memory-estimate',
  async run() {
    if (process.platform !== 'linux') {
      process.stderr.write('  Skipped memory-estimate: the peak of a process is known exactly on Linux only.\n');
      return [];
    }
    return inBenchFolder(async (folder) => {
      const base = join(folder, 'base.onnx');
      await writeBaseFile(base);
      const rows: Row[] = [];
      for (const name of Object.keys(measuredModels)) rows.push(await rowOf(name, base));
      return rows;
    });
  },
};

async function rowOf(name: string, base: string): Promise<Row> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, name, base]);
  const { estimate, measured } = JSON.parse(stdout) as { estimate: MemoryEstimate; measured: number };
  const parts = Object.entries(estimate);
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const shown = parts.map(([part, bytes]) => `${part} ${mebibytes(bytes)}`).join(', ');
  return {
    what: `${name}: error of the estimate`,
    value: 100 * Math.abs(total / measured - 1),
    unit: '%',
    bar: { relation: '<=', value: tolerance },
    detail: `estimated ${mebibytes(total)} (${shown}), measured ${mebibytes(measured)} MiB`,
  };
}

function mebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(0);
}
