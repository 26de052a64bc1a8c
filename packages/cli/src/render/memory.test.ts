import { expect } from 'chai';
import { renderMemory } from './memory.js';

describe('renderMemory', () => {
  it('says what training needs, the largest part first', () => {
    const memory = { total: 1.3e9, parts: { weights: 4e8, activations: 9e8 } };
    expect(renderMemory(memory)).to.equal('Training needs about 1.30 GB of memory: 900 MB activations, 400 MB weights');
  });
});
