import { expect } from 'chai';
import { tensor } from '../tensor/tensor-data.js';
import { OutputTensor, outputTensors } from './output-tensor.js';

describe('OutputTensor', () => {
  it('has its elements as a typed array of its type, without a copy where they are aligned', () => {
    const array = Float32Array.of(1, 2, 3, 4);
    const { y } = outputTensors({ y: tensor(array, [2, 2]) });
    expect(y!.data).to.deep.equal(array);
    expect(y!.data.buffer).to.equal(array.buffer);
    expect(y!.data).to.equal(y!.data);
    expect([y!.dtype, y!.shape]).to.deep.equal(['float32', [2, 2]]);
    expect(Object.keys(y!)).to.deep.equal(['dtype', 'shape', 'bytes']);
  });

  it('copies elements that are not aligned', () => {
    const bytes = new Uint8Array(9).subarray(1);
    new DataView(bytes.buffer, 1).setInt32(4, 7, true);
    const y = new OutputTensor({ dtype: 'int32', shape: [2], bytes });
    expect(y.data).to.deep.equal(Int32Array.of(0, 7));
  });
});
