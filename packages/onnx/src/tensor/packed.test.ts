import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isOnnxError } from '../errors/onnx-error.js';
import { modelBytes } from '../export/to-model.js';
import { int } from '../graph/ir/attributes.js';
import { constant } from '../graph/ir/values.js';
import { fromTensor } from '../import/from-tensor.js';
import { runModel } from '../import/model-cases.test.support.js';
import { modelOf, nodeOf } from '../import/model-file.test.support.js';
import { readModel } from '../import/read-model.js';
import { decode, modelProto, stringStringEntryProto, tensorProto } from '../proto/codecs.js';
import type { TensorProto } from '../proto/messages.js';
import { numbersOf, tensorOf } from './numbers.js';
import { elements, tensor } from './tensor.js';

const seven = [-8, -1, 0, 3, 7, -5, 2];
/** As ONNX's IR.md packs them: the first element in the low half, the last high half 0. */
const bytes = [0xf8, 0x30, 0xb7, 0x02];

const read = (fields: Partial<TensorProto>) =>
  fromTensor(tensorProto.of({ name: 'w', dims: [7n], dataType: 22, ...fields }), 'w', new Map());

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isOnnxError(error)) return error.message;
    throw error;
  }
  return 'none';
};

describe('tensors of 4 bits', () => {
  it('are packed two to a byte, also an odd count', () => {
    expect([...tensorOf(seven, 'int4', [7]).bytes]).to.deep.equal(bytes);
    expect([...tensor(Int8Array.from(seven), [7], 'int4').bytes]).to.deep.equal(bytes);
    expect([...elements(tensorOf(seven, 'int4', [7]))]).to.deep.equal(seven);
    expect(numbersOf(tensorOf([15, 0, 9], 'uint4', [3]))).to.deep.equal([15, 0, 9]);
    expect(() => constant({ dtype: 'int4', shape: [7], bytes: new Uint8Array(7) })).to.throw(
      'a constant is int4[7], which is 4 bytes, but it holds 7.',
    );
  });

  it('are read as bytes, and as int32s that hold a byte each', () => {
    expect(numbersOf(read({ rawData: Uint8Array.from(bytes) }))).to.deep.equal(seven);
    expect(numbersOf(read({ int32Data: bytes }))).to.deep.equal(seven);
    expect(numbersOf(read({ int32Data: bytes.map((byte) => (byte > 127 ? byte - 256 : byte)) }))).to.deep.equal(seven);
    expect(messageOf(() => read({ rawData: new Uint8Array(7) }))).to.equal(
      'w needs 4 bytes by its shape, but holds 7.',
    );
    expect(messageOf(() => read({ int32Data: [1, 2, 3, 256] }))).to.include('w holds 256');
  });

  it('are read from another file, and written as they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-int4-'));
    try {
      await writeFile(join(folder, 'w.bin'), Uint8Array.from([9, 9, ...bytes]));
      const externalData = Object.entries({ location: 'w.bin', offset: '2', length: '4' }).map(([key, value]) =>
        stringStringEntryProto.of({ key, value }),
      );
      const file = modelOf({
        tensors: [
          tensorProto.of({ name: 'w', dims: [7n], dataType: 22, externalData, dataLocation: 1 }),
          tensorProto.of({
            name: 's',
            dims: [],
            dataType: 1,
            floatData: [new Uint8Array(Float32Array.of(0.5).buffer)],
          }),
        ],
        nodes: [nodeOf('DequantizeLinear', ['w', 's'], ['y'], { axis: int(0) })],
        outputs: ['y'],
      });
      await writeFile(join(folder, 'model.onnx'), file);
      const written = modelBytes(await readModel(join(folder, 'model.onnx')));
      const [initializer] = decode(modelProto, written).graph!.initializer.filter(({ dataType }) => dataType === 22);
      expect([...(initializer!.rawData as Uint8Array)]).to.deep.equal(bytes);
      const results = await runModel(written, []);
      if (results instanceof Error) throw results;
      expect(numbersOf(results[0]!)).to.deep.equal(seven.map((value) => value / 2));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are no inputs of a model', async () => {
    const nodes = [nodeOf('DequantizeLinear', ['x', 's'], ['y'])];
    const scale = { s: tensor(Float32Array.of(1), []) };
    const model = modelOf({
      inputs: { x: { dtype: 'uint4', shape: [2] } },
      initializers: scale,
      nodes,
      outputs: ['y'],
    });
    const error: unknown = await readModel(model).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'The input "x" is of uint4; inputs of 4 bits are not supported.');
  });
});
