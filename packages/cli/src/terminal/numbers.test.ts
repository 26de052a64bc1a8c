import { expect } from 'chai';
import { formatRate } from './numbers.js';

it('formatRate writes steps a second, or seconds a step where that is slower', () => {
  expect([1234.4, 41.23, 0.25].map(formatRate)).to.deep.equal(['1234 step/s', '41.2 step/s', '4.0 s/step']);
});
