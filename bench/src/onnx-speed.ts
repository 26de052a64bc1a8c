import { availableParallelism } from 'node:os';
import { type Benchmark, interleave, median } from './benchmark.js';
import { comparedModels } from './onnx/models.js';
import { openEngine } from './onnx/open-engine.js';
import { mean, someBatches, Trainer } from './onnx/trainer.js';
import { wasmContender } from './wasm-contender-process.js';

async function compare(name: 'mlp' | 'lenet', wasmName: string, steps: { onnx: number; wasm: number }) {
  const engine = await openEngine(availableParallelism());
  const trainer = await Trainer.open(engine, comparedModels[name], someBatches(comparedModels[name]));
  const theirs = wasmContender('forge', wasmName, steps.wasm);
  const samples = await interleave(10, {
    onnx: () => trainer.fused(steps.onnx),
    wasm: async () => [mean(await theirs.sample())],
  });
  theirs.end();
  await engine.dispose();
  const [onnx, wasm] = [median(samples.onnx), median(samples.wasm)];
  const detail = `onnx ${onnx.toFixed(2)} ms a step, wasm ${wasm.toFixed(2)} ms`;
  return { value: wasm / onnx, unit: '×', detail };
}

/** Both with their default number of threads, on the same models and batches of 64. */
export const onnxSpeed: Benchmark = {
  name: 'onnx-speed',
  async run() {
    const mlp = await compare('mlp', 'mlp', { onnx: 64, wasm: 15 });
    const lenet = await compare('lenet', 'cnn', { onnx: 16, wasm: 8 });
    return [
      { what: 'MLP 784-256-128-10, speed-up of onnx over tfjs wasm', ...mlp },
      { what: 'LeNet CNN, speed-up of onnx over tfjs wasm', ...lenet },
    ];
  },
};
