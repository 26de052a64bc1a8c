import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parameter, Space } from '@forge-ml/core/plugin';
import { builtInSamplers } from '@forge-ml/core/testing';
import type { Benchmark, Row } from './benchmark.js';

const script = fileURLToPath(new URL('../scipy/discrepancy.py', import.meta.url));
const seeds = 200;
const cases = [
  { count: 64, dimensions: 2 },
  { count: 128, dimensions: 5 },
  { count: 256, dimensions: 10 },
  { count: 100, dimensions: 20 },
];

interface Comparison {
  readonly given: number;
  readonly reference: number;
  readonly p: number;
  readonly versions: string;
}

/** The points that a sweep tries with each seed, compared with SciPy's. */
async function compare(python: string, count: number, dimensions: number): Promise<Comparison> {
  const parameter: Parameter = { kind: 'float', low: 0, high: 1, log: false, step: null, when: null };
  const space: Space = Object.fromEntries(Array.from({ length: dimensions }, (_, at) => [`x${at}`, parameter]));
  const points = new Float64Array(seeds * count * dimensions);
  for (let seed = 0; seed < seeds; seed++) {
    const sampler = await builtInSamplers.sobol!({ space, directions: ['min'], seed, options: {} });
    for (let trial = 0; trial < count; trial++) {
      points.set(Object.values(sampler.ask(trial + 1)!) as number[], (seed * count + trial) * dimensions);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'));
  try {
    const path = join(folder, 'points');
    writeFileSync(path, points);
    return JSON.parse(
      execFileSync(python, [script, path, ...[seeds, count, dimensions].map(String)], { encoding: 'utf8' }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Discrepancy of scrambled Sobol points: whether ours are worse than SciPy's, by a test over many seeds. */
export const sobol: Benchmark = {
  name: 'sobol',
  async run() {
    const python = process.env.FORGE_SWEEP_PYTHON ?? 'python3';
    const { error, status, stderr } = spawnSync(python, ['-c', 'import scipy'], { encoding: 'utf8' });
    if (status !== 0) {
      const reason = error?.message ?? stderr.trim().split('\n').at(-1);
      process.stderr.write(`  Skipped sobol. ${python}: ${reason}. Set FORGE_SWEEP_PYTHON to a Python with scipy.\n`);
      return [];
    }
    const rows: Row[] = [];
    const all: number[] = [];
    let versions = '';
    for (const { count, dimensions } of cases) {
      const { given, reference, p, ...rest } = await compare(python, count, dimensions);
      versions = rest.versions;
      all.push(p);
      rows.push({
        what: `discrepancy of ${count} points in ${dimensions} dimensions, relative to SciPy`,
        value: given / reference,
        unit: '×',
        detail: `centred L2, medians of ${seeds} seeds: ${given.toPrecision(4)} and ${reference.toPrecision(4)}; p ${p.toFixed(3)}`,
      });
    }
    const row: Row = {
      what: 'p that a discrepancy is worse than SciPy',
      value: holm(all),
      unit: '',
      bar: { relation: '>=', value: 0.01 },
      detail: `paired Wilcoxon over ${seeds} seeds, the least of ${all.length} after Holm; ${versions}`,
    };
    return [...rows, row];
  },
};

/** The least p after the correction of Holm (1979). */
function holm(all: readonly number[]): number {
  return Math.min(1, Math.min(...all) * all.length);
}
