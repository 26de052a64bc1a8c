import { expect } from 'chai';
import { ForgeError } from './forge-error.js';

describe('ForgeError', () => {
  it('is JSON with its message and hint, and without its cause', () => {
    const cause = new Error('secret');
    const error = new ForgeError('DATA_INVALID', 'Row 1 has no column "age".', {
      about: 'age',
      hint: 'It is empty.',
      cause,
    });
    expect(JSON.parse(JSON.stringify(error))).to.deep.equal({
      code: 'DATA_INVALID',
      message: 'Row 1 has no column "age".',
      about: 'age',
      hint: 'It is empty.',
    });
    expect(JSON.parse(JSON.stringify(new ForgeError('USAGE', 'Why?')))).to.deep.equal({
      code: 'USAGE',
      message: 'Why?',
    });
  });
});
