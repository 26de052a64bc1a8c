import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { dump } from '../graph/ir/dump.js';
import { input, parameter } from '../graph/ir/values.js';
import { readModel } from '../import/read-model.js';
import { relu } from '../ops/activations.js';
import { matMul } from '../ops/linear.js';
import { tensor } from '../tensor/tensor.js';
import { checkModel } from './check-model.js';
import { writeModel } from './write-model.js';

describe('a model file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onnx-write-'));
  });
  after(() => rm(folder, { recursive: true }));

  const x = input('x', 'float32', ['batch', 2]);
  const w = parameter('w', tensor(Float32Array.of(1, -1, 0.5, 2), [2, 2]));
  const product = matMul(x, w);
  const graph = { inputs: [x], outputs: new Map([['y', relu(product)]]) };

  it('reads back as it was written', async () => {
    const path = join(folder, 'mlp.onnx');
    await writeModel(path, graph);
    expect(dump(await readModel(path))).to.equal(dump(graph));
  });

  it('keeps names and metadata when it is written again', async () => {
    const [first, second] = [join(folder, 'first.onnx'), join(folder, 'second.onnx')];
    const names = new Map([[product, 'hidden']]);
    await writeModel(first, graph, { names, metadata: new Map([['author', 'Ada']]) });
    await writeModel(second, await readModel(first));
    const { values, metadata } = await readModel(second);
    expect([...values.keys()]).to.include('hidden');
    expect([...metadata]).to.deep.equal([['author', 'Ada']]);
  });

  it('is named in the error if it cannot be written', async () => {
    const path = join(folder, 'nowhere', 'mlp.onnx');
    const error: unknown = await writeModel(path, graph).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'FILE_SYSTEM', about: path });
  });

  it('is checked by path, as bytes or as a graph', async () => {
    const path = join(folder, 'checked.onnx');
    await writeModel(path, graph);
    await checkModel(path);
    await checkModel(graph);
    const missing: unknown = await checkModel({ ...graph, inputs: [] }).catch((reason: unknown) => reason);
    expect(missing).to.include({ code: 'MODEL_INVALID', about: 'x' });
    const nonsense: unknown = await checkModel(new Uint8Array(9)).catch((reason: unknown) => reason);
    expect(nonsense).to.have.property('code', 'MODEL_INVALID');
  });
});
