import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { modelBytes } from '../export/to-model.js';
import { input, parameter } from '../graph/ir/values.js';
import { matMul } from '../ops/linear.js';
import { tensor } from '../tensor/tensor.js';
import { readModel } from './read-model.js';

describe('a model read lazily', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-lazy-'));
  });
  after(() => rm(folder, { recursive: true }));

  const numbers = Float32Array.from({ length: 200 * 100 }, (_, at) => Math.sin(at));
  const weight = parameter('w', tensor(numbers, [200, 100]));
  const x = input('x', 'float32', ['batch', 200]);
  const bytes = modelBytes({ inputs: [x], outputs: new Map([['y', matMul(x, weight)]]) });

  it('has the bytes of the file, and reads them when they are used', async () => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, bytes);
    const model = await readModel(path, { lazy: true });
    const { initial } = model.parameters.get('w')!;
    expect(Object.getOwnPropertyDescriptor(initial, 'bytes')!.get).to.be.a('function');
    expect([...initial.bytes]).to.deep.equal([...weight.initial.bytes]);
    expect(initial.bytes.buffer.byteLength).to.equal(80_000);
  });

  it('names a file that has changed', async () => {
    const path = join(folder, 'changed.onnx');
    // Smaller ones are read for their role, and may still be in memory.
    const large = parameter('w', tensor(new Float32Array(2100 * 2000), [2100, 2000]));
    const read = input('x', 'float32', ['batch', 2100]);
    const content = modelBytes({ inputs: [read], outputs: new Map([['y', matMul(read, large)]]) });
    await writeFile(path, content);
    const model = await readModel(path, { lazy: true });
    await writeFile(path, content.subarray(1));
    expect(() => model.parameters.get('w')!.initial.bytes).to.throw(
      `The tensor "w" cannot be read from ${path}: it has changed since the model was read.`,
    );
  });
});
