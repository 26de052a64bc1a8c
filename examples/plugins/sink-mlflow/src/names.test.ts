import { expect } from 'chai';
import { mlflowName, paramValue } from './names.js';

describe('names for MLflow', () => {
  it('keeps valid names', () => {
    for (const name of ['train/loss', 'größe', 'top-1 accuracy', 'a.b_c/d']) expect(mlflowName(name)).to.equal(name);
  });

  it('replaces invalid characters and path segments', () => {
    expect(mlflowName('valid/f1 (macro)')).to.equal('valid/f1 _macro_');
    expect(mlflowName('/loss')).to.equal('_/loss');
    expect(mlflowName('a//b/../c/.')).to.equal('a/_/b/_/c/_');
    expect(mlflowName('x'.repeat(300))).to.have.length(250);
  });

  it('converts values to text, truncated to the limit of all stores', () => {
    expect([0.1, null, true, 'word', ['a', 1]].map(paramValue)).to.deep.equal([
      '0.1',
      'null',
      'true',
      'word',
      '["a",1]',
    ]);
    expect(paramValue('y'.repeat(600))).to.have.length(500);
  });
});
