import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Benchmark, interleave, median } from './benchmark.js';

const forge = fileURLToPath(new URL('../../packages/cli/bin/forge.js', import.meta.url));

/** The time of a whole process, ms. */
function time(args: readonly string[]): () => Promise<number[]> {
  return async () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    return [performance.now() - start];
  };
}

export const startUp: Benchmark = {
  name: 'start-up',
  async run() {
    const samples = await interleave(25, {
      node: time(['-e', '0']),
      version: time([forge, '--version']),
      help: time([forge, '--help']),
      runs: time([forge, 'runs', '--results-dir', join(tmpdir(), 'forge-bench-no-runs')]),
    });
    const node = median(samples.node);
    const detail = (name: string, ms: number) => `${name} ${ms.toFixed(0)} ms, node -e 0 ${node.toFixed(0)} ms`;
    const [version, help, runs] = [median(samples.version), median(samples.help), median(samples.runs)];
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
    ];
  },
};
