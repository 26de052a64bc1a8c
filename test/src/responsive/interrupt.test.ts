import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { inFolder } from '../cli/folder.js';
import { startForge } from '../cli/forge-process.js';
import { examplePath } from '../examples/load-example.js';

/** The largest number of fused steps. */
const longestBlock = 32;

describe('Ctrl-C while ONNX Runtime trains', () => {
  it('stops within one fused block, and saves the state', () =>
    inFolder(async (cwd) => {
      const configs = [
        '--data-config',
        examplePath('digits/data.ts'),
        '--model-config',
        examplePath('digits/mlp.onnx.ts'),
      ];
      const run = ['--run-name', 'digits', '--epochs', '100000', '--report-every', '1', '--train-size', '1000'];
      const words = ['train', '--backend', 'onnx', '--engine', 'cpu', ...configs, ...run, '--eval-every', '100000'];
      const { child, said, finished } = startForge(words, { cwd });
      await said(/^step \d{3,}/m);
      const interruptedAt = Date.now();
      child.kill('SIGINT');
      const end = await finished;
      expect([end.status, end.stderr]).to.deep.equal([130, '']);

      const folder = join(cwd, 'results', 'digits', '1');
      const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trim().split('\n');
      const steps = lines.map((line) => JSON.parse(line) as { step: number; time: number; split: string });
      const late = steps.filter(({ time, split }) => split === 'train' && time > interruptedAt);
      expect(late.length).to.be.at.most(longestBlock);
      const last = steps.at(-1)!.step;
      expect(end.stdout).to.include(`Stopped at step ${last}`);
      expect(end.stdout).to.include(`saved results/digits/1/checkpoints/${last}`);
    })).timeout(60_000);

  for (const pause of [0, 5, 20, 60]) {
    it(`twice, ${pause} ms apart, exits at once without an error`, () =>
      inFolder(async (cwd) => {
        const configs = ['--data-config', examplePath('digits/data.ts'), '--model-config'];
        const limits = ['--epochs', '100000', '--train-size', '500', '--valid-size', '1000', '--eval-every', '3'];
        const words = ['train', '--backend', 'onnx', '--engine', 'cpu', ...configs, examplePath('digits/cnn.onnx.ts')];
        const { child, said, finished } = startForge([...words, ...limits, '--run-name', 'digits'], { cwd });
        await said(/^step \d+\S* {2}valid/m);
        child.kill('SIGINT');
        await sleep(pause);
        child.kill('SIGINT');
        const { status, stderr } = await finished;
        expect([status, stderr]).to.deep.equal([130, '']);
      })).timeout(60_000);
  }
});
