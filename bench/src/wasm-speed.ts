import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Benchmark, interleave, median } from './benchmark.js';

/** ms of each of some steps, in a process of its own: two copies of one engine do not share one. */
function contender(variant: string, model: string, steps: number): { sample(): Promise<number[]>; end(): void } {
  const child = fork(fileURLToPath(new URL('./wasm-contender.js', import.meta.url)), [variant, model]);
  return {
    sample: () =>
      new Promise((resolve, reject) => {
        child.once('message', (intervals) => resolve(intervals as number[]));
        child.once('exit', (code) => reject(new Error(`${variant} ${model} ended with ${code}`)));
        child.send(steps);
      }),
    end: () => {
      child.removeAllListeners('exit');
      child.kill();
    },
  };
}

async function compare(model: string, reference: string, rounds: number, steps: { ours: number; theirs: number }) {
  const ours = contender('forge', model, steps.ours);
  const theirs = contender(reference, model, steps.theirs);
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
      { what: 'MLP 784-256-128-10, faster than stock wasm', bar: { relation: '>=', value: 2 }, ...mlp },
      { what: 'LeNet CNN, faster than pure JavaScript', bar: { relation: '>=', value: 50 }, ...cnn },
    ];
  },
};
