import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelBytes } from '../export/to-model.js';
import { stringStringEntryProto, tensorProto } from '../proto/codecs.js';
import { elements, tensor } from '../tensor/tensor.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';
import { readModel } from './read-model.js';

const values = new Float32Array([1, 2, 3, 4]);

function referring(entries: Readonly<Record<string, string>>): Uint8Array {
  const externalData = Object.entries(entries).map(([key, value]) => stringStringEntryProto.of({ key, value }));
  return modelOf({
    nodes: [nodeOf('Mul', ['x', 'w'], ['y'])],
    inputs: { x: float32('n') },
    tensors: [tensorProto.of({ name: 'w', dims: [4n], dataType: 1, externalData, dataLocation: 1 })],
    outputs: ['y'],
  });
}

describe("tensors in other files of a model's folder", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-external-'));
    await mkdir(join(folder, 'model', 'inner'), { recursive: true });
    const content = new Uint8Array([...new Uint8Array(8), ...new Uint8Array(values.buffer)]);
    for (const path of ['model/w.bin', 'model/inner/w.bin', 'secret.bin']) await writeFile(join(folder, path), content);
    await symlink(join(folder, 'secret.bin'), join(folder, 'model', 'link.bin'));
    await symlink(folder, join(folder, 'model', 'up'));
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (entries: Readonly<Record<string, string>>) => {
    const path = join(folder, 'model', 'model.onnx');
    await writeFile(path, referring(entries));
    return readModel(path);
  };

  for (const location of ['w.bin', 'inner/w.bin', './w.bin']) {
    it(`reads ${location}`, async () => {
      const { parameters } = await read({ location, offset: '8', length: '16' });
      expect([...elements(parameters.get('w')!.initial)]).to.deep.equal([1, 2, 3, 4]);
    });
  }

  it('reads a tensor without a length', async () => {
    const { parameters } = await read({ location: 'w.bin', offset: '8' });
    expect([...elements(parameters.get('w')!.initial)]).to.deep.equal([1, 2, 3, 4]);
  });

  const outside = "which is not a file in the model's folder";
  const invalid: readonly (readonly [Record<string, string>, string])[] = [
    [{ location: '../secret.bin' }, outside],
    [{ location: 'inner/../../secret.bin' }, outside],
    [{ location: '..\\secret.bin' }, outside],
    [{ location: '/etc/hostname' }, outside],
    [{ location: 'C:\\secret.bin' }, outside],
    [{ location: 'w.bin\0' }, outside],
    [{}, outside],
    [{ location: 'link.bin' }, 'a symbolic link'],
    [{ location: 'up/secret.bin' }, 'a symbolic link'],
    [{ location: 'inner' }, 'which is not a regular file'],
    [{ location: 'none.bin' }, 'which cannot be read'],
    [{ location: 'w.bin', offset: '12' }, 'The tensor "w" ends at byte 28 of w.bin, which has only 24.'],
    [{ location: 'w.bin', offset: '8', length: '12' }, 'needs 16 bytes by its shape, but has 12 in w.bin'],
    [{ location: 'w.bin', offset: '-8' }, 'has the offset "-8", which is not a whole number'],
    [{ location: 'w.bin', offset: '99999999999999999999' }, 'which is not a whole number'],
    [{ location: 'w.bin', length: '0x10' }, 'has the length "0x10", which is not a whole number'],
  ];
  for (const [entries, message] of invalid) {
    it(`rejects ${JSON.stringify(entries)}`, async () => {
      const error: unknown = await read(entries).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'MODEL_INVALID');
      expect(error).to.have.property('message').that.includes(message).and.includes('model.onnx: The tensor "w"');
    });
  }

  it('rejects a model given as bytes', async () => {
    const error: unknown = await readModel(referring({ location: 'w.bin' })).catch((reason: unknown) => reason);
    expect(error).to.have.property('message').that.includes('a model given as bytes has no folder');
  });

  it('reads a model with weights in a safetensors file as ONNX Runtime does', async () => {
    const data = tensor(values);
    const header = new TextEncoder().encode(JSON.stringify({ w: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }));
    const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
    await writeFile(
      join(folder, 'model', 'parameters.safetensors'),
      new Uint8Array([...length, ...header, ...data.bytes]),
    );
    const graph = await readModel(
      modelOf({
        nodes: [nodeOf('Mul', ['x', 'w'], ['y'])],
        inputs: { x: float32('n') },
        initializers: { w: tensor(new Float32Array(4)) },
        outputs: ['y'],
      }),
    );
    const offsets = new Map([['w', { offset: 8 + header.length, length: 16 }]]);
    const path = join(folder, 'model', 'model.onnx');
    await writeFile(path, modelBytes(graph, { externalData: { location: 'parameters.safetensors', offsets } }));
    const session = await InferenceSession.create(path);
    const { y } = await session.run({ x: new Tensor('float32', new Float32Array([1, 1, 1, 2]), [4]) });
    await session.release();
    expect([...(y!.data as Float32Array)]).to.deep.equal([1, 2, 3, 8]);
    expect([...elements((await readModel(path)).parameters.get('w')!.initial)]).to.deep.equal([1, 2, 3, 4]);
  });
});
