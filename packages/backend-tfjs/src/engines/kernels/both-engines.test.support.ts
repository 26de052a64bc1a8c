import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { wasm } from '../wasm.js';

/** The wasm engine with Forge's kernels. Its TensorFlow.js also has the cpu backend, the reference. */
export async function startWasm(): Promise<Tf> {
  const { tf } = await wasm.start({ searchFrom: [] });
  return tf;
}

/** Numbers in [-1, 1), the same for the same seed on every engine. */
export function numbers(tf: Tf, shape: number[], seed = 1): Tensor {
  let state = seed * 2654435761 + 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tf.tensor(Float32Array.from({ length: size }, next), shape);
}

function run(tf: Tf, engine: 'cpu' | 'wasm', compute: () => Tensor[]) {
  void tf.setBackend(engine);
  const outputs = tf.tidy(compute);
  const results = outputs.map((output) => ({ shape: output.shape, values: Array.from(output.dataSync()) }));
  tf.dispose(outputs);
  return results;
}

/** Computes on both engines and expects the same shapes, and values within `tolerance` of the largest one. */
export function expectSame(tf: Tf, compute: () => Tensor[], tolerance = 1e-4): void {
  const expected = run(tf, 'cpu', compute);
  const actual = run(tf, 'wasm', compute);
  expect(actual.length).to.equal(expected.length);
  for (const [index, { shape, values }] of expected.entries()) {
    const result = actual[index];
    expect(result?.shape).to.deep.equal(shape);
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    const worst = values.reduce(
      (error, value, at) => Math.max(error, Math.abs(value - (result?.values[at] ?? Number.NaN))),
      0,
    );
    expect(worst / scale, `output ${index} [${shape}]`).to.be.below(tolerance);
  }
}

/** Expects that repeating a computation leaks no tensor, no data and no wasm memory. */
export function expectNoLeak(tf: Tf, compute: () => Tensor[], repeats = 30): void {
  void tf.setBackend('wasm');
  const backends = tf.engine().registry;
  const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
  const count = () => ({
    tensors: tf.memory().numTensors,
    wasm: backends.wasm?.numDataIds(),
    cpu: backends.cpu?.numDataIds(),
    heap: heap(),
  });
  const once = () => tf.dispose(tf.tidy(compute));
  for (let warmUp = 0; warmUp < 3; warmUp++) once();
  const before = count();
  for (let repeat = 0; repeat < repeats; repeat++) once();
  expect(count()).to.deep.equal(before);
}
