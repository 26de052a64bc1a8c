import { modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import { openOrt } from '@forge-ml/ort';
import * as packaged from 'onnxruntime-node';
import { type Benchmark, interleave, median } from './benchmark.js';

const [rounds, runs] = [20, 2000];

/** What a run costs besides its operators: one element is passed on, by our binding and by the package's own. */
export const ort: Benchmark = {
  name: 'ort',
  async run() {
    const x = input('x', 'float32', [1]);
    const model = modelBytes({ inputs: [x], outputs: new Map([['y', identity(x)]]) });
    const tensor = () => ({ dtype: 'float32', shape: [1], bytes: new Uint8Array(new SharedArrayBuffer(4)) }) as const;

    const native = openOrt();
    const binding = native.createSession(model).bind();
    binding.bindInput('x', tensor());
    binding.bindOutput('y', tensor());
    const session = await packaged.InferenceSession.create(model, { intraOpNumThreads: 1 });
    const feeds = { x: new packaged.Tensor('float32', [1], [1]) };

    const samples = await interleave(rounds, {
      bound: async () => {
        const began = performance.now();
        for (let i = 0; i < runs; i++) binding.run();
        return [((performance.now() - began) * 1000) / runs];
      },
      packaged: async () => {
        const began = performance.now();
        for (let i = 0; i < runs / 10; i++) await session.run(feeds);
        return [((performance.now() - began) * 10_000) / runs];
      },
    });
    native.release();
    await session.release();
    const [bound, theirs] = [median(samples.bound), median(samples.packaged)];
    return [
      {
        what: 'a bound run of an empty graph',
        value: bound,
        unit: 'µs',
        bar: { relation: '<=', value: 25 },
        detail: `a run by onnxruntime-node's own binding ${theirs.toFixed(1)} µs`,
      },
    ];
  },
};
