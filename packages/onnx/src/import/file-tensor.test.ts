import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { modelBytes } from '../export/to-model.js';
import { input, parameter } from '../graph/ir/values.js';
import { matMul } from '../ops/linear.js';
import { tensor } from '../tensor/tensor.js';
import { readModel } from './read-model.js';
import { elementsOf } from './roles/elements.js';

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

  it('tells what its weights are for from parts of them', async () => {
    const path = join(folder, 'parts.onnx');
    await writeFile(path, bytes);
    const { parameters, roles } = await readModel(path, { lazy: true });
    expect(roles.get('w')).to.equal('weight');
    const { initial } = parameters.get('w')!;
    // Only the whole tensor is kept, and it was not read: the file may be gone.
    await rm(path);
    expect(() => initial.bytes).to.throw('cannot be read');
  });

  it('gives elements in any order', async () => {
    const path = join(folder, 'order.onnx');
    await writeFile(path, bytes);
    const { initial } = (await readModel(path, { lazy: true })).parameters.get('w')!;
    const elements = elementsOf(initial);
    for (let at = 0; at < 100; at++) {
      const index = (at * 7919) % numbers.length;
      expect(elements.at(index)).to.equal(numbers[index]);
    }
  });
});
