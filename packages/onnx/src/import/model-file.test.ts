import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toTensor } from '../export/to-tensor.js';
import { UnreadBytes } from '../proto/byte-source.js';
import { attributeProto, decode, encode, graphProto, modelProto, nodeProto, tensorProto } from '../proto/codecs.js';
import { tensor } from '../tensor/tensor.js';
import { openModelFile } from './model-file.js';

describe('openModelFile', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-model-file-'));
  });
  after(() => rm(folder, { recursive: true }));

  const numbers = Float32Array.from({ length: 50_000 }, (_, at) => Math.sin(at));
  const large = toTensor('large', tensor(numbers));
  const small = toTensor('small', tensor(numbers.slice(0, 100)));

  async function opened(content: Uint8Array) {
    const path = join(folder, 'model.onnx');
    await writeFile(path, content);
    return openModelFile(path);
  }

  it('skips large tensors, and knows where they are', async () => {
    const inConstant = attributeProto.of({ name: 'value', type: 4, t: { ...large, name: '' } });
    const node = nodeProto.of({ opType: 'Constant', output: ['y'], attribute: [inConstant] });
    const content = encode(
      modelProto,
      modelProto.of({ graph: graphProto.of({ initializer: [large, small], node: [node] }) }),
    );
    const { model, size, unread } = await opened(content);
    expect(size).to.equal(content.length);
    expect(model.graph!.initializer[1]!.rawData).to.deep.equal(new Uint8Array(small.rawData as Uint8Array));
    expect([...unread.keys()]).to.deep.equal([model.graph!.initializer[0], model.graph!.node[0]!.attribute[0]!.t]);
    for (const [{ rawData }, { offset }] of unread) {
      expect(rawData).to.deep.equal(new UnreadBytes(offset, 200_000));
      expect(Buffer.compare(content.subarray(offset, offset + 200_000), large.rawData as Uint8Array)).to.equal(0);
    }
    expect(() => encode(modelProto, model)).to.throw('was not read');
  });

  it('reads tensors of types that are only kept', async () => {
    const float8 = tensorProto.of({ name: 'f', dims: [200_000n], dataType: 17, rawData: large.rawData! });
    const content = encode(modelProto, modelProto.of({ graph: graphProto.of({ initializer: [float8] }) }));
    expect(decode(modelProto, content)).to.deep.equal((await opened(content)).model);
  });

  it('is the model that its bytes are, wherever a part of it ends', async () => {
    const node = Array.from({ length: 3000 }, (_, at) => {
      const floats = attributeProto.of({
        name: 'floats',
        floats: Array.from({ length: at % 40 }, Math.fround),
        type: 6,
      });
      const ints = attributeProto.of({ name: 'ints', ints: [BigInt(at) ** 5n, -BigInt(at)], type: 7 });
      return nodeProto.of({ opType: `Op${at}`, name: 'ä'.repeat(at % 60), attribute: [floats, ints] });
    });
    const long = nodeProto.of({ name: 'long'.repeat(50_000) });
    const content = encode(modelProto, modelProto.of({ graph: graphProto.of({ node: [...node, long] }) }));
    expect(content.length).to.be.above(600_000);
    const { model } = await opened(content);
    expect(model).to.deep.equal(decode(modelProto, content));
  });

  it('says that a file is cut off', async () => {
    const content = encode(modelProto, modelProto.of({ graph: graphProto.of({ initializer: [small, large] }) }));
    for (const length of [content.length - 1, content.length - 100_000, 300, 1]) {
      const error = await opened(content.subarray(0, length)).catch((thrown: unknown) => thrown);
      expect(String(error), `${length}`).to.match(/not an ONNX model, or it is corrupt/);
    }
  });
});
