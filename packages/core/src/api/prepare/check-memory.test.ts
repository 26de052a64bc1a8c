import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { trainingMemory } from '../../model/training-memory.js';
import { checkMemory } from './check-memory.js';

const estimate = {
  ...{ weights: 400, gradients: 100, optimizer: 200, activations: 600 },
  ...{ batches: 10, evaluation: 50, saving: 300, other: 0 },
};
const scaled = Object.fromEntries(Object.entries(estimate).map(([name, mb]) => [name, mb * 1e6])) as typeof estimate;
const memory = trainingMemory(scaled, { evaluates: true, saveMode: 'async' });

describe('checkMemory', () => {
  const warnings: string[] = [];
  const check = (bytes: number) => checkMemory(memory, (message) => warnings.push(message), { bytes, by: 'setting' });
  beforeEach(() => warnings.splice(0));

  it('refuses what does not fit, with needs, availability and what to do', () => {
    let caught: unknown;
    try {
      check(1e9);
    } catch (error) {
      caught = error;
    }
    if (!isForgeError(caught)) throw new Error('it was not refused');
    expect(caught.code).to.equal('ENGINE_UNUSABLE');
    expect(caught.message).to.match(
      /needs about 1\.66 GB of memory \(600 MB activations, 400 MB weights, .*allows 1\.00 GB/,
    );
    expect(caught.hint).to.match(/smaller batches.*recompute.*LoRA.*FORGE_MEMORY_LIMIT=none/);
    expect(warnings).to.deep.equal([]);
  });

  it('warns where the estimate may be too high, and says nothing where there is enough', () => {
    check(1.5e9);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/it may end for want of memory/);
    check(1.7e9);
    expect(warnings).to.have.length(1);
  });

  it('counts evaluations and saves in the background only where there are any', () => {
    const { total, parts } = trainingMemory(scaled, { evaluates: false, saveMode: 'sync' });
    expect(total).to.equal(1.31e9);
    expect(parts).to.not.have.any.keys('evaluation', 'saving', 'other');
  });
});
