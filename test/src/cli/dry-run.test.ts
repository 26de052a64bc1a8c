import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge train --dry-run', () => {
  it('shows parameters, data and one evaluation, as text and as JSON, and writes nothing', async () => {
    await inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const before = await readdir(cwd);
      const words = ['train', ...configs, '--dry-run'];
      const plain = await forge(words, { cwd });
      expect([plain.status, plain.stderr]).to.deep.equal([0, '']);
      const lines = plain.stdout.split('\n');
      expect(lines[0]).to.equal('Dry run  toy, engine plain on cpu');
      expect(lines).to.include('layer0.weights  float32[2, 3]      6  trained  24 B');
      expect(lines).to.include('first batch  x float32[4, 2]  y float32[4, 1]');
      expect(lines).to.include('its outputs  outputs float32[4, 1]');
      expect(lines.at(-2)).to.equal('Nothing was written. To train, omit --dry-run.');
      const { status, stdout } = await forge([...words, '--json'], { cwd });
      expect(status).to.equal(0);
      const report = JSON.parse(stdout);
      expect(report.parameters.total).to.deep.equal({ tensors: 5, count: 15, bytes: 60 });
      expect(report.batch.x).to.deep.equal({ dtype: 'float32', shape: [4, 2] });
      expect(report.examples).to.have.length(3);
      expect(report.evaluation.metrics.loss).to.be.a('number');
      expect(await readdir(cwd)).to.deep.equal(before);
    });
  });

  it('ends with one line for a mistake; a training prints the reason of an early stop', async () => {
    await inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const wrong = await forge(['train', ...configs, '--dry-run', '--freeze', 'encoder/*'], { cwd });
      expect(wrong.status).to.equal(2);
      expect(wrong.stderr).to.match(/^Error: .*"encoder\/\*", which matches no parameter of the model\.\n {2}→ .*\n$/);
      expect(existsSync(join(cwd, 'results'))).to.equal(false);
      const stop = ['--stop-early', 'valid.loss', '--patience', '1', '--restore-best', '--ema', '0.9'];
      const trained = await forge(['train', ...configs, '--steps', '60', '--run-name', 'line', ...stop], { cwd });
      expect(trained.status).to.equal(0);
      expect(trained.stdout).to.match(/^Completed at step \d+ after .*: early stop: valid\.loss did not improve on /m);
      expect(trained.stdout).to.match(/^The model is that of step \d+, the best\.$/m);
      const evaluated = await forge(['eval', 'line', '--weights', 'ema'], { cwd });
      expect(evaluated.stdout).to.match(/^line\/1 at step \d+ {2}valid \(ema\) {2}loss [\d.]+\n$/);
    });
  }).timeout(60_000);
});
