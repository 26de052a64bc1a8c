import { expect } from 'chai';
import { exactText, shortText } from './cell-text.js';

describe('text of a value', () => {
  it('is exact, and short where a number has many digits', () => {
    for (const [value, exact, short] of [
      [0.001, '0.001', '0.001'],
      [0.003122733514392234, '0.003122733514392234', '0.003123'],
      [1.23456789e-7, '1.23456789e-7', '1.235e-7'],
      [12_345_678, '12345678', '12345678'],
      ['relu', 'relu', 'relu'],
      [['a', 'b'], 'a, b', 'a, b'],
      [true, 'true', 'true'],
      [null, '', ''],
    ] as const) {
      expect([exactText(value), shortText(value)]).to.deep.equal([exact, short]);
    }
  });
});
