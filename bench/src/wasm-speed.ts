import { type Benchmark, interleave, median, type Row } from './benchmark.js';
import { wasmContender } from './wasm-contender-process.js';

interface Comparison {
  readonly what: string;
  readonly model: 'mlp' | 'cnn';
  readonly reference: 'stock-wasm' | 'cpu' | 'native';
  readonly bar: number;
  readonly rounds: number;
  readonly steps: { readonly ours: number; readonly theirs: number };
  /** Of both. Default: as the engines choose. */
  readonly threads?: number;
}

const stock: readonly Comparison[] = [
  {
    what: 'MLP 784-256-128-10, speed-up over stock wasm',
    ...{ model: 'mlp', reference: 'stock-wasm', bar: 2, rounds: 8, steps: { ours: 30, theirs: 15 } },
  },
  {
    what: 'LeNet CNN, speed-up over pure JavaScript',
    ...{ model: 'cnn', reference: 'cpu', bar: 50, rounds: 3, steps: { ours: 15, theirs: 1 } },
  },
];

const native: readonly Comparison[] = [
  {
    what: 'MLP 784-256-128-10, one thread: speed-up over native TensorFlow',
    ...{ model: 'mlp', reference: 'native', bar: 1.1, rounds: 8, steps: { ours: 30, theirs: 30 }, threads: 1 },
  },
  {
    what: 'LeNet CNN, one thread: speed-up over native TensorFlow',
    ...{ model: 'cnn', reference: 'native', bar: 0.75, rounds: 8, steps: { ours: 8, theirs: 8 }, threads: 1 },
  },
];

async function compare({ what, model, reference, bar, rounds, steps, threads }: Comparison): Promise<Row> {
  const ours = wasmContender('forge', model, steps.ours, threads);
  const theirs = wasmContender(reference, model, steps.theirs, threads);
  const samples = await interleave(rounds, { ours: ours.sample, theirs: theirs.sample });
  ours.end();
  theirs.end();
  const [mine, other] = [median(samples.ours), median(samples.theirs)];
  return {
    what,
    value: other / mine,
    unit: '×',
    bar: { relation: '>=', value: bar },
    detail: `forge wasm ${mine.toFixed(1)} ms a step, ${reference} ${other.toFixed(1)} ms`,
  };
}

export const wasmSpeed: Benchmark = {
  name: 'wasm-speed',
  async run() {
    const isNativeFound = process.env.FORGE_TFJS_NODE_PROJECT !== undefined;
    if (!isNativeFound) {
      process.stderr.write(
        '  Skipped native TensorFlow in wasm-speed. Set FORGE_TFJS_NODE_PROJECT to a folder whose node_modules has a built @tensorflow/tfjs-node.\n',
      );
    }
    const rows: Row[] = [];
    for (const comparison of [...stock, ...(isNativeFound ? native : [])]) rows.push(await compare(comparison));
    return rows;
  },
};
