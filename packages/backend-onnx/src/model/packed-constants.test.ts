import { type AnyTensor, call, constant, type Value } from '@forge-ml/onnx/graph';
import { cast } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import type { BaseFile } from '../layers/base.js';
import { packedConstants } from './packed-constants.js';

const codes = (bytes: readonly number[]): AnyTensor => ({
  dtype: 'uint4',
  shape: [2, bytes.length],
  bytes: Uint8Array.from(bytes),
});
const scale = constant({ dtype: 'float32', shape: [], bytes: new Uint8Array(4) });
const restored = (value: Value, zero: Value) => call('DequantizeLinear', [value, scale, zero]);
const none = constant({ dtype: 'uint4', shape: [], bytes: new Uint8Array(1) });

describe('packed constants', () => {
  const [weight, shared, other] = [codes([18, 52]), codes([86, 120]), codes([154, 188])].map(constant) as [
    Value,
    Value,
    Value,
  ];
  const names = { weight, shared, other, scale, none };
  const base = { constants: new Map(Object.entries(names).map(([name, value]) => [value, name])) } as never as BaseFile;

  it('are the weights of 4 bits that only DequantizeLinear reads, as their bytes', () => {
    const found = packedConstants([base], [restored(weight, none), restored(shared, none), cast(shared, 'float32')]);
    expect([...found.keys()]).to.have.members([weight, none]);
    const { name, initial, trainable } = found.get(weight)!;
    expect({ name, dtype: initial.dtype, shape: initial.shape, trainable }).to.deep.equal({
      name: 'weight',
      dtype: 'uint8',
      shape: [2],
      trainable: false,
    });
    expect([...initial.bytes]).to.deep.equal([18, 52]);
  });

  it('are none without a base', () => {
    expect(packedConstants([], [restored(weight, none)]).size).to.equal(0);
  });

  it('of a file are read when they are used', () => {
    let reads = 0;
    const lazy: AnyTensor = {
      ...{ dtype: 'uint4', shape: [64, 64], byteLength: 2048, part: () => new Uint8Array(1), readInto: () => {} },
      get bytes() {
        reads++;
        return new Uint8Array(2048).fill(33);
      },
    } as AnyTensor;
    const value = constant(lazy);
    const file = { constants: new Map([[value, 'weight']]) } as never as BaseFile;
    const { initial } = packedConstants([file], [restored(value, none)]).get(value)!;
    const before = reads;
    expect(initial.shape).to.deep.equal([2048]);
    expect(reads).to.equal(before);
    expect(initial.bytes[7]).to.equal(33);
    expect(reads).to.equal(before + 1);
  });
});
