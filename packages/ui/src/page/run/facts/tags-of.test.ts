import { expect } from 'chai';
import { tagsOf } from './tags-of.js';

it('tagsOf takes commas and spaces, and each tag once', () => {
  expect(tagsOf(' good, paper  good,')).to.deep.equal(['good', 'paper']);
  expect(tagsOf(' ')).to.deep.equal([]);
});
