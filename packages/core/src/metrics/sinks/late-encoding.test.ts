import { expect } from 'chai';
import { LateEncoding } from './late-encoding.js';

describe('LateEncoding', () => {
  it('encodes in order, at the latest when 64 wait', () => {
    const encoded: number[] = [];
    const late = new LateEncoding<number>((record) => encoded.push(record));
    late.add(0);
    late.add(1);
    expect(encoded).to.deep.equal([]);
    late.finish();
    expect(encoded).to.deep.equal([0, 1]);
    for (let record = 2; record < 1000; record++) late.add(record);
    expect(encoded.length).to.be.above(900);
    late.finish();
    late.finish();
    expect(encoded).to.deep.equal(Array.from({ length: 1000 }, (_, record) => record));
  });

  it('drops alone a record that cannot be encoded', () => {
    const encoded: string[] = [];
    const late = new LateEncoding<unknown>((record) => encoded.push(JSON.stringify(record)));
    for (const record of [1, 2n, 3]) late.add(record);
    expect(() => late.finish()).to.throw('BigInt');
    late.finish();
    expect(encoded).to.deep.equal(['1', '3']);
  });
});
