import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';

const forge = fileURLToPath(new URL('../../packages/cli/bin/forge.js', import.meta.url));
const core = import.meta.resolve('@forge-ml/core');

/** The time of a whole process, ms. */
function time(args: readonly string[]): () => Promise<number[]> {
  return async () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    return [performance.now() - start];
  };
}

/** The time until `forge train` reports its first step, ms, on a backend that takes none. It compiles two configs. */
function timeToFirstStep(project: string): () => Promise<number[]> {
  const words = [forge, 'train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
  return async () => {
    const start = performance.now();
    const child = spawn(process.execPath, [...words, '--steps', '1'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let first: number | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('step 1/1 ')) first ??= performance.now() - start;
    }
    const [status] = await ended;
    if (status !== 0 || first === undefined) throw new Error(`forge train ended with ${status}, without a step`);
    await rm(join(project, 'results'), { recursive: true });
    return [first];
  };
}

export const startUp: Benchmark = {
  name: 'start-up',
  async run() {
    const project = await mkdtemp(join(tmpdir(), 'forge-bench-start-'));
    try {
      await writeToyProject(project);
      return await measure(project);
    } finally {
      await rm(project, { recursive: true });
    }
  },
};

async function measure(project: string): Promise<readonly Row[]> {
  const samples = await interleave(25, {
    node: time(['-e', '0']),
    version: time([forge, '--version']),
    help: time([forge, '--help']),
    runs: time([forge, 'runs', '--results-dir', join(tmpdir(), 'forge-bench-no-runs')]),
    plugin: time([forge, 'ui', '--help']),
    library: time(['--input-type=module', '-e', `import ${JSON.stringify(core)}`]),
    train: timeToFirstStep(project),
  });
  const node = median(samples.node);
  const detail = (name: string, ms: number) => `${name} ${ms.toFixed(0)} ms, node -e 0 ${node.toFixed(0)} ms`;
  const [version, help, runs] = [median(samples.version), median(samples.help), median(samples.runs)];
  const plugin = median(samples.plugin);
  const [library, train] = [median(samples.library), median(samples.train)];
  return [
    {
      what: 'forge --version, relative to node -e 0',
      value: version / node,
      unit: '×',
      bar: { relation: '<=', value: 2 },
      detail: detail('forge --version', version),
    },
    {
      what: 'forge --help, relative to node -e 0',
      value: help / node,
      unit: '×',
      bar: { relation: '<=', value: 3 },
      detail: detail('forge --help', help),
    },
    {
      what: 'forge runs of an empty folder, relative to node -e 0',
      value: runs / node,
      unit: '×',
      bar: { relation: '<=', value: 2.6 },
      detail: detail('forge runs', runs),
    },
    {
      what: 'forge ui --help, a command of a plugin, relative to node -e 0',
      value: plugin / node,
      unit: '×',
      bar: { relation: '<=', value: 5 },
      detail: detail('forge ui --help', plugin),
    },
    {
      what: "import '@forge-ml/core', relative to node -e 0",
      value: library / node,
      unit: '×',
      bar: { relation: '<=', value: 3 },
      detail: detail('import', library),
    },
    {
      what: 'forge train to its first step on a toy backend, relative to node -e 0',
      value: train / node,
      unit: '×',
      bar: { relation: '<=', value: 9 },
      detail: detail('forge train', train),
    },
  ];
}
