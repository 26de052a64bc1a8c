import { type Benchmark, interleave, median } from './benchmark.js';
import { wasmContender } from './wasm-contender-process.js';

async function compare(model: string, reference: string, rounds: number, steps: { ours: number; theirs: number }) {
  const ours = wasmContender('forge', model, steps.ours);
  const theirs = wasmContender(reference, model, steps.theirs);
  const samples = await interleave(rounds, { ours: ours.sample, theirs: theirs.sample });
  ours.end();
  theirs.end();
  const [mine, other] = [median(samples.ours), median(samples.theirs)];
  return {
    value: other / mine,
    unit: '×',
    detail: `forge wasm ${mine.toFixed(1)} ms a step, ${reference} ${other.toFixed(1)} ms`,
  };
}

export const wasmSpeed: Benchmark = {
  name: 'wasm-speed',
  async run() {
    const mlp = await compare('mlp', 'stock-wasm', 8, { ours: 30, theirs: 15 });
    const cnn = await compare('cnn', 'cpu', 3, { ours: 15, theirs: 1 });
    return [
      { what: 'MLP 784-256-128-10, speed-up over stock wasm', bar: { relation: '>=', value: 2 }, ...mlp },
      { what: 'LeNet CNN, speed-up over pure JavaScript', bar: { relation: '>=', value: 50 }, ...cnn },
    ];
  },
};
