import { expect } from 'chai';
import { defineConfig } from '../config/define.js';
import { flag } from '../config/flags/flag.js';
import { defineProject } from './define-project.js';

const data = defineConfig({ flags: { batchSize: flag.integer(32, 'Examples.') }, load: () => null });
const model = defineConfig({
  flags: { optimizer: flag.string('adam', 'Optimizer.', { choices: ['adam', 'sgd'] as const }) },
  load: () => null,
});

describe('defineProject', () => {
  it('returns the flags, whatever their names', () => {
    const flags = { dataConfig: 'data.ts', epochs: 20, batchSize: 32, 'learning-rate': 0.1, runName: null };
    expect(defineProject(flags)).to.equal(flags);
  });

  // The compiler checks that each of these lines is an error.
  it('types the flags of Forge', () => {
    // @ts-expect-error a number
    defineProject({ epochs: '20' });
    // @ts-expect-error true or false
    defineProject({ restoreBest: 'yes', batchSize: 32 });
    // @ts-expect-error of one start, not of a project
    defineProject({ resume: 'mnist' });
    // @ts-expect-error no value of a flag
    defineProject({ batchSize: [32] });
    defineProject({ stopEarly: 'valid.loss', launcher: 'local', logGradients: 100, systemMetrics: 10 });
  });

  it('types the flags of configs, and refuses other names, where their types are given', () => {
    defineProject<typeof data | typeof model>({ epochs: 20, batchSize: 32, optimizer: 'sgd' });
    // @ts-expect-error a misspelled name
    defineProject<typeof data | typeof model>({ batchSizes: 32 });
    // @ts-expect-error a number
    defineProject<typeof data | typeof model>({ batchSize: '32' });
    // @ts-expect-error no such optimizer
    defineProject<typeof data | typeof model>({ optimizer: 'sdg' });
    // @ts-expect-error a number
    defineProject<typeof data>({ epochs: '20' });
  });
});
