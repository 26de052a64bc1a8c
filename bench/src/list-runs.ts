import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Benchmark, interleave, median } from './benchmark.js';

const forge = fileURLToPath(new URL('../../packages/cli/bin/forge.js', import.meta.url));
const count = 10_000;
const experiments = 20;

/** The fastest simple script: it reads one file after another, synchronously. */
const plainScript = `
import { readdirSync, readFileSync } from 'node:fs';
const [results] = process.argv.slice(1);
let steps = 0;
for (const experiment of readdirSync(results)) {
  if (experiment.startsWith('.')) continue;
  for (const run of readdirSync(results + '/' + experiment)) {
    steps += JSON.parse(readFileSync(results + '/' + experiment + '/' + run + '/run.json', 'utf8')).step;
  }
}
console.log(steps);
`;

const question = ['--where', 'flags.hidden >= 64 and best.valid.accuracy > 0.9', '--sort', 'best.valid.loss'];

/** Compares `forge runs` over ten thousand runs, with and without its index, with a script that reads them all. */
export const listRuns: Benchmark = {
  name: 'list-runs',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'forge-bench-runs-'));
    const [results, empty] = [join(folder, 'results'), join(folder, 'empty')];
    try {
      mkdirSync(empty);
      writeRuns(results);
      // Changes in the last two seconds are not indexed.
      await delay(2_500);
      const [none, kept] = [join(folder, 'no-cache'), join(folder, 'cache')];
      const runs = (words: readonly string[], cache = kept) =>
        time([forge, 'runs', ...words, '--results-dir', results], cache);
      const all = runs(['--all']);
      // Writes the index.
      await all();
      const samples = await interleave(9, {
        node: time(['--input-type=module', '-e', '0']),
        plain: time(['--input-type=module', '-e', plainScript, results]),
        version: time([forge, '--version']),
        nothing: time([forge, 'runs', '--results-dir', empty]),
        cold: async () => {
          rmSync(none, { recursive: true, force: true });
          return runs([], none)();
        },
        warm: runs([]),
        asked: runs(question),
        all,
      });
      const { node, plain, version, nothing, cold, warm, asked: answered, all: whole } = mapValues(samples, median);
      const ms = (value: number) => `${value.toFixed(0)} ms`;
      return [
        {
          what: `forge runs over ${count} runs without its index, without start-up, relative to a plain script that reads them`,
          value: (cold - nothing) / (plain - node),
          unit: '×',
          bar: { relation: '<=', value: 1.5 },
          detail: `forge runs ${ms(cold)} (no runs: ${ms(nothing)}), plain script ${ms(plain)} (node -e 0: ${ms(node)})`,
        },
        {
          what: `forge runs over ${count} runs with its index, in addition to forge --version`,
          value: warm - version,
          unit: 'ms',
          bar: { relation: '<=', value: 150 },
          detail: `forge runs ${ms(warm)}, forge --version ${ms(version)}`,
        },
        {
          what: `forge runs over ${count} runs with its index, without start-up, relative to a plain script that reads them`,
          value: (warm - nothing) / (plain - node),
          unit: '×',
          bar: { relation: '<=', value: 0.5 },
          detail: `forge runs ${ms(warm)} (no runs: ${ms(nothing)}), plain script ${ms(plain)} (node -e 0: ${ms(node)})`,
        },
        {
          what: `forge runs --where … --sort … over ${count} runs with its index, without start-up, relative to a plain script that reads them`,
          value: (answered - nothing) / (plain - node),
          unit: '×',
          bar: { relation: '<=', value: 0.8 },
          detail: `forge runs ${question.join(' ')} ${ms(answered)} (no runs: ${ms(nothing)}), plain script ${ms(plain)} (node -e 0: ${ms(node)})`,
        },
        {
          what: `forge runs --all over ${count} runs, in addition to forge --version`,
          value: whole - version,
          unit: 'ms',
          detail: `forge runs --all ${ms(whole)}, forge --version ${ms(version)}`,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** The time of a whole process, ms. @param cache the folder of its indexes */
function time(args: readonly string[], cache?: string): () => Promise<number[]> {
  const env = cache === undefined ? process.env : { ...process.env, XDG_CACHE_HOME: cache };
  return async () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
      env,
    });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
    return [performance.now() - start];
  };
}

function mapValues<K extends string>(
  values: Record<K, number[]>,
  map: (samples: number[]) => number,
): Record<K, number> {
  return Object.fromEntries(Object.entries<number[]>(values).map(([key, list]) => [key, map(list)])) as Record<
    K,
    number
  >;
}

/** Writes 10,000 runs of 20 experiments. */
export function writeRuns(results: string): void {
  for (let n = 0; n < count; n++) {
    const [experiment, number] = [`experiment-${n % experiments}`, Math.floor(n / experiments) + 1];
    const folder = join(results, experiment, String(number));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), `${JSON.stringify(runJson(experiment, number, n), null, 2)}\n`);
    writeFileSync(join(folder, 'flags.json'), `${JSON.stringify(flagsJson(n), null, 2)}\n`);
  }
}

function runJson(experiment: string, number: number, n: number): object {
  const start = 1.7e12 + n * 60_000;
  const accuracy = { accuracy: 0.9 };
  return {
    ...{
      formatVersion: 2,
      experiment,
      number,
      status: 'completed',
      reason: null,
      step: 1000 + n,
      epoch: 3,
      resumes: [],
      directions: { 'train.loss': 'min', 'valid.loss': 'min', 'train.accuracy': 'max', 'valid.accuracy': 'max' },
      code: 'stored',
      sweep: null,
    },
    created: new Date(start).toISOString(),
    ended: new Date(start + 50_000).toISOString(),
    command: ['node', 'forge', 'train', '--data-config', 'data.ts', '--model-config', 'model.ts', '--hidden', '256'],
    directory: '/home/user/project',
    process: { host: 'host', pid: 1234, startTime: start },
    host: { hostname: 'host', platform: 'linux', arch: 'x64', cpu: 'a processor', cpus: 8, memoryBytes: 8e9 },
    versions: { node: process.versions.node, '@forge-ml/core': '0.1.0' },
    backend: { name: 'tfjs', package: '@forge-ml/backend-tfjs', version: '0.1.0' },
    engine: {
      backend: 'tfjs',
      engine: 'wasm',
      device: 'cpu',
      versions: { '@tensorflow/tfjs': '4.22.0' },
      settings: { threads: '1' },
      warnings: [],
    },
    git: { commit: 'a'.repeat(40), branch: 'main', dirty: false, omitted: [] },
    batch: { images: { dtype: 'float32', shape: [64, 28, 28, 1] }, labels: { dtype: 'int32', shape: [64] } },
    metrics: { train: { loss: 0.1 + n / 1e5, ...accuracy }, valid: { loss: 0.12, ...accuracy } },
    best: {
      train: { loss: { value: 0.1 + n / 2e5, step: 900 }, accuracy: { value: 0.95, step: 900 } },
      valid: {
        loss: { value: 0.1 + ((n * 7919) % count) / 1e5, step: 800 },
        accuracy: { value: 0.85 + (n % 100) / 1000, step: 800 },
      },
    },
  };
}

function flagsJson(n: number): object {
  const own = { hidden: 32 << (n % 3), learningRate: 10 ** -(n % 4), dropout: 0.1, augment: true, optimizer: 'adam' };
  const others = {
    seed: n % 5,
    epochs: 3,
    batchSize: 64,
    dataConfig: 'data.ts',
    modelConfig: 'model.ts',
    backend: 'tfjs',
  };
  const values = Object.entries({ ...own, ...others, engine: null, keep: 'last:2', reportEvery: 10, evalEvery: 100 });
  return {
    formatVersion: 2,
    flags: Object.fromEntries(values.map(([name, value]) => [name, { value, source: 'default' }])),
  };
}
