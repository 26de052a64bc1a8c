import { expect } from 'chai';
import { quoted, withCondition, writtenField } from './conditions.js';

describe('conditions of the filter', () => {
  it('are added with and', () => {
    expect(withCondition('', 'tag = paper')).to.equal('tag = paper');
    expect(withCondition('flags.hidden = 64', 'tag = paper')).to.equal('flags.hidden = 64 and tag = paper');
    expect(withCondition('a = 1 or b = 2', 'tag = paper')).to.equal('(a = 1 or b = 2) and tag = paper');
  });

  it('are not added twice', () => {
    for (const where of ['tag = paper', 'a = 1 and tag = paper', 'tag = paper and a = 1'])
      expect(withCondition(where, 'tag = paper')).to.equal(where);
    expect(withCondition('a = 1 or b = 2 and tag = paper', 'tag = paper')).to.equal(
      '(a = 1 or b = 2 and tag = paper) and tag = paper',
    );
  });

  it('name fields with other characters', () => {
    expect(writtenField('flags.hidden')).to.equal('flags.hidden');
    expect(writtenField('last.valid.my metric')).to.equal("last.valid.'my metric'");
    expect(writtenField('flags.a b')).to.equal("flags.'a b'");
  });

  it('have quotes around what would be read as something else', () => {
    expect(quoted('paper')).to.equal('paper');
    expect(quoted('1e-3')).to.equal('1e-3');
    expect(quoted('a note')).to.equal("'a note'");
    expect(quoted("it's \\ or")).to.equal("'it\\'s \\\\ or'");
    expect(quoted('or')).to.equal("'or'");
  });
});
