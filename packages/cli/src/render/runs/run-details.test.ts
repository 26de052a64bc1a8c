import type { RunDetails } from '@forge-ml/core/manage';
import { expect } from 'chai';
import picocolors from 'picocolors';
import { textWidth } from '../../terminal/text-width.js';
import { renderRunDetails } from './run-details.js';

const record = {
  ...{ experiment: 'digits', number: 3, status: 'completed', step: 60, epoch: 4, reason: null, code: 'stored' },
  ...{ created: '2026-01-05T09:30:00.000Z', git: null, resumes: [], directory: '/home/user/a-long-folder/project' },
  metrics: { 'valid-ema': { within: 0.5 } },
  backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
  engine: { engine: 'cpu', device: 'a processor with a name', settings: { graphOptimizationLevel: 'all' } },
  versions: { node: '24.0.0' },
  host: { hostname: 'host', cpus: 2, cpu: 'CPU of a maker' },
  command: ['node', 'forge', 'train', '--data-config', 'data.ts', '--model-config', 'model.ts'],
};
const details = {
  ...{ run: '/r/digits/3', record, seconds: 75, checkpoints: [], resume: 'forge train' },
  ...{ annotations: null, flags: {}, best: { 'valid-ema': { within: { value: 0.25, step: 1000 } } } },
} as unknown as RunDetails;

describe('renderRunDetails', () => {
  it('breaks facts that are wider than a narrow terminal between words, and leaves whole what is copied', () => {
    const lines = renderRunDetails(details, picocolors.createColors(false), 40).split('\n');
    const wide = lines.filter((line) => textWidth(line) > 40).map((line) => line.trim().split(/ {2,}/)[0]);
    expect(wide).to.deep.equal(['command', 'directory']);
    const at = lines.findIndex((line) => line.includes('backend'));
    expect(lines.slice(at, at + 2).map((line) => line.trim())).to.deep.equal([
      'backend         toy, engine cpu on a',
      'processor with a name',
    ]);
  });
});
