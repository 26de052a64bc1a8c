import { expect } from 'chai';
import { threefry4x32, type Words } from './threefry.js';

/** Known answers published with the paper's library, Random123 (`kat_vectors`): key, counter, result. */
const knownAnswers: readonly { key: Words; counter: Words; result: Words }[] = [
  {
    key: [0, 0, 0, 0],
    counter: [0, 0, 0, 0],
    result: [0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8],
  },
  {
    key: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    result: [0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732],
  },
  {
    key: [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    result: [0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84],
  },
];

describe('threefry4x32', () => {
  for (const { key, counter, result } of knownAnswers) {
    it(`returns the published words for counter ${counter[0].toString(16)} …`, () => {
      const out = new Uint32Array(4);
      threefry4x32(key, ...counter, out);
      expect([...out]).to.deep.equal([...result]);
    });
  }
});
