import { expect } from 'chai';
import { renderParameterValue } from './parameter-value.js';

describe('renderParameterValue', () => {
  it('has four significant digits', () => {
    expect([0.000123456, 123456, 0.1 + 0.2, 64, 1e-7, 12345678].map(renderParameterValue)).to.deep.equal([
      ...['1.235e-4', '123500', '0.3', '64', '1e-7', '1.235e+7'],
    ]);
    expect([null, 'adam', true, undefined].map(renderParameterValue)).to.deep.equal(['none', 'adam', 'true', '']);
  });
});
