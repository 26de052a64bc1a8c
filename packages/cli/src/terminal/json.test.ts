import { expect } from 'chai';
import { toJson } from './json.js';

it('toJson writes numbers that are not finite as text, as the files of a run do', () => {
  expect(JSON.parse(toJson({ loss: Number.NaN, more: [Number.POSITIVE_INFINITY, 1] }))).to.deep.equal({
    loss: 'NaN',
    more: ['Infinity', 1],
  });
});
