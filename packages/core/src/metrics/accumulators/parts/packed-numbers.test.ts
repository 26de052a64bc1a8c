import { expect } from 'chai';
import fc from 'fast-check';
import { PackedNumbers } from './packed-numbers.js';

function packed(values: readonly number[]): PackedNumbers {
  const numbers = new PackedNumbers();
  numbers.append(values);
  return numbers;
}

describe('PackedNumbers', () => {
  it('comes back from JSON with the same bits', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.float(), fc.nat(300)), { maxLength: 200 }), (values) => {
        const restored = PackedNumbers.from(JSON.parse(JSON.stringify(packed(values).state)));
        expect(restored.values.every((value, at) => Object.is(value, values[at]))).to.equal(true);
        expect(restored.length).to.equal(values.length);
      }),
    );
  });

  it('takes the smallest type that holds every number', () => {
    expect(packed([0, 1, 255]).state.type).to.equal('uint8');
    expect(packed([0, 256]).state.type).to.equal('float32');
    expect(packed([0, -0]).state.type).to.equal('float32');
    expect(packed([0, 0.1]).state.type).to.equal('float64');
  });

  it('grows', () => {
    const numbers = new PackedNumbers();
    for (let value = 0; value < 1000; value++) numbers.push(value);
    expect([...numbers.values]).to.deep.equal(Array.from({ length: 1000 }, (_, value) => value));
  });

  it('is empty from anything else', () => {
    for (const state of [undefined, null, 5, [], {}, { type: 'int8', base64: 'AAAA' }, { type: 'uint8' }]) {
      expect(PackedNumbers.from(state).length).to.equal(0);
    }
  });
});
