import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Engine, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { TfjsBackend } from './backend.js';
import type { Tf } from './tf/tf.js';

const batch = { x: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), y: tensor(Float32Array.of(1, 0), [2, 1]) };

function build(engine: Engine, seen: string[]): Promise<TrainSession> {
  const tf = engine.modules['@tensorflow/tfjs'] as Tf;
  const load = () => {
    const layer = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    return {
      predict: ({ x }: { x: import('@tensorflow/tfjs').Tensor }) => layer.apply(x),
      loss: ({ y }: { y: import('@tensorflow/tfjs').Tensor }, output: import('@tensorflow/tfjs').Tensor) => {
        seen.push(tf.getBackend());
        return tf.losses.meanSquaredError(y, output);
      },
      optimizer: sgd(0.1),
    };
  };
  return engine.build({ load, sample: batch, seed: 1 });
}

describe('the tfjs backend', () => {
  const backend = new TfjsBackend();

  it('lists its engines in order of preference', async () => {
    const statuses = await backend.engines({ searchFrom: [] });
    expect(statuses.map(({ name, usable }) => [name, usable])).to.deep.equal([
      ['node-gpu', false],
      ['node', false],
      ['wasm', true],
      ['cpu', true],
    ]);
  });

  it('chooses wasm if no native engine is installed', async () => {
    const engine = await backend.start({ searchFrom: [] });
    expect(engine.info.engine).to.equal('wasm');
    expect(engine.modules).to.include.keys('@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers');
    expect(engine.modules['@forge-ml/backend-tfjs']).to.include({ sgd });
  });

  it('runs sessions on two engines at once, each on its own', async () => {
    const seen: Record<'wasm' | 'cpu', string[]> = { wasm: [], cpu: [] };
    const wasm = await build(await backend.start({ searchFrom: [], engine: 'wasm' }), seen.wasm);
    const cpu = await build(await backend.start({ searchFrom: [], engine: 'cpu' }), seen.cpu);
    const losses: number[][] = [];
    for (let step = 0; step < 3; step++) {
      const [onWasm, onCpu] = [
        await wasm.step(batch, { step, metrics: true }),
        await cpu.step(batch, { step, metrics: true }),
      ];
      losses.push([onWasm.loss as number, onCpu.loss as number]);
    }
    for (const [onWasm, onCpu] of losses) expect(onWasm).to.be.closeTo(onCpu as number, 1e-5);
    expect(new Set(seen.wasm)).to.deep.equal(new Set(['wasm']));
    expect(new Set(seen.cpu)).to.deep.equal(new Set(['cpu']));
    await wasm.dispose();
    await cpu.dispose();
  });

  it('passes on what its sessions can do, and that their state is intact after an error of the model', async () => {
    const engine = await backend.start({ searchFrom: [], engine: 'cpu' });
    expect(engine.features).to.deep.equal({
      ...{ outputs: true, gradients: true, ema: true, freeze: true, learningRate: true },
    });
    const session = await build(engine, []);
    expect([session.labels, session.learningRate?.(0)]).to.deep.equal([['y'], 0.1]);
    expect(() => session.step({ x: batch.x }, { step: 0, metrics: true })).to.throw('reads y');
    expect(session.intact).to.equal(true);
    await session.dispose();
  });

  it('loads no TensorFlow.js before an engine is started', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { default: plugin } = await import(${JSON.stringify(new URL('./plugin.js', import.meta.url))});
      const backend = await plugin.backends.tfjs();
      await backend.engines({ searchFrom: [process.cwd()] });
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => file.endsWith('.js')).join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).not.to.contain('@tensorflow');
  });
});
