import { expect } from 'chai';
import { formatTags, parseTags } from './tags-text.js';

it('tags are edited as a list with commas or spaces, without empty ones and without repeats', () => {
  expect(formatTags(['paper', 'wide'])).to.equal('paper, wide');
  expect(parseTags(' paper,wide ,, paper new')).to.deep.equal(['paper', 'wide', 'new']);
  expect(parseTags(' ')).to.deep.equal([]);
});
