import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Benchmark, interleave, median } from './benchmark.js';

const forge = fileURLToPath(new URL('../../packages/cli/bin/forge.js', import.meta.url));

/** Whole processes, ms. */
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
    });
    const node = median(samples.node);
    const detail = (name: string, ms: number) => `${name} ${ms.toFixed(0)} ms, node -e 0 ${node.toFixed(0)} ms`;
    const [version, help] = [median(samples.version), median(samples.help)];
    return [
      {
        what: 'forge --version against node -e 0',
        value: version / node,
        unit: '×',
        bar: { relation: '<=', value: 3.5 },
        detail: detail('forge --version', version),
      },
      { what: 'forge --help against node -e 0', value: help / node, unit: '×', detail: detail('forge --help', help) },
    ];
  },
};
