import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensorFile, tensor, writeTensorFile } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const files = ['--data', 'in.safetensors', '--out'];

describe('forge export and forge predict', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const trained = await forge(['train', ...configs, '--run-name', 'line', '--steps', '4', '--save-every', '2'], {
      cwd,
    });
    expect(trained.status, trained.stderr).to.equal(0);
    const x = tensor(
      Float32Array.from({ length: 10 }, (_, at) => Math.sin(at)),
      [5, 2],
    );
    await writeTensorFile(join(cwd, 'in.safetensors'), new Map([['x', x]]));
  });
  after(() => removeFolder(cwd));

  it('exports a checkpoint in the requested format', async () => {
    const { status, stdout, stderr } = await forge(['export', 'line', '--out', 'line.safetensors'], { cwd });
    expect([status, stdout, stderr]).to.deep.equal([
      0,
      'Wrote line.safetensors from step 4. The parameters only, in one file.\n',
      '',
    ]);
    expect([...(await readTensorFile(join(cwd, 'line.safetensors'))).keys()]).to.include('layer0.bias');
    const words = ['export', 'line/1', '--step', '2', '--format', 'toy-folder', '--out', 'line', '--json'];
    const folder = await forge(words, { cwd });
    const run = join(cwd, 'results/line/1');
    const { description, ...written } = JSON.parse(folder.stdout);
    expect(written).to.deep.equal({ run, step: 2, format: 'toy-folder', out: join(cwd, 'line'), notes: [] });
    expect(description).to.equal('A folder with the model and its parameters.');
    expect((await readdir(join(cwd, 'line'))).length).to.equal(2);
  });

  it('predicts the same bits with and without the stored code, in one batch or several', async () => {
    const variants = [[], ['--batch-size', '2'], ['--no-code'], ['--no-code', '--batch-size', '3']];
    const outputs: Buffer[] = [];
    for (const [index, more] of variants.entries()) {
      const { status, stdout, stderr } = await forge(['predict', 'line', ...files, `${index}.st`, ...more], { cwd });
      const expected = `line/1 at step 4  outputs float32[5, 1]  → ${index}.st\n`;
      expect([status, stdout, stderr]).to.deep.equal([0, expected, '']);
      outputs.push(await readFile(join(cwd, `${index}.st`)));
    }
    for (const output of outputs) expect(output).to.deep.equal(outputs[0]);
  });

  it('does not need working code for --no-code, and overwrites no file without --force', async () => {
    await writeFile(join(cwd, 'results/line/1/code/model.ts'), 'throw new Error("was run");');
    const words = ['predict', 'line', ...files, 'once.st', '--no-code', '--step', '2', '--json'];
    const { status, stdout } = await forge(words, { cwd });
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ step: 2, outputs: { outputs: 'float32[5, 1]' } });
    const again = await forge(words.slice(0, -1), { cwd });
    expect([again.status, again.stdout]).to.deep.equal([2, '']);
    expect(again.stderr).to.include('once.st already exists.').and.to.include('--force');
    expect((await forge([...words, '--force'], { cwd })).status).to.equal(0);
    const withCode = await forge(['predict', 'line', ...files, 'other.st'], { cwd });
    expect(withCode.stderr).to.include('model.ts');
    expect(await readdir(cwd)).to.not.include('other.st');
  });

  it('selects a checkpoint by its address, in eval, predict and export', async () => {
    const run = join(cwd, 'results/addresses/1');
    await forge(
      ['train', ...configs, '--run-name', 'addresses', '--steps', '4', '--save-every', '1', '--keep', 'all'],
      {
        cwd,
      },
    );
    const losses = await Promise.all(
      [1, 2, 3, 4].map(async (step) => {
        const manifest = await readFile(join(run, 'checkpoints', String(step), 'checkpoint.json'), 'utf8');
        return JSON.parse(manifest).metrics.train.loss as number;
      }),
    );
    // A checkpoint keeps the loss of an earlier report: the first one is where it was measured.
    const best = losses.indexOf(Math.min(...losses)) + 1;
    const worst = losses.indexOf(Math.max(...losses)) + 1;
    expect(best).to.not.equal(worst);
    const commands = [
      ['eval', 'addresses'],
      ['predict', 'addresses', '--data', 'in.safetensors', '--out', 'out.st', '--force'],
      ['predict', 'addresses', '--no-code', '--data', 'in.safetensors', '--out', 'out.st', '--force'],
      ['export', 'addresses', '--out', 'out.safetensors', '--force'],
    ];
    for (const words of commands) {
      for (const [address, step] of [
        ['2', 2],
        ['latest', 4],
        ['best:train.loss', best],
        ['best:train.loss:max', worst],
      ] as const) {
        const { stdout, stderr } = await forge([...words, '--checkpoint', address, '--json'], { cwd });
        expect([JSON.parse(stdout).step, stderr], `${words.join(' ')} ${address}`).to.deep.equal([step, '']);
      }
      const both = await forge([...words, '--checkpoint', 'latest', '--step', '2'], { cwd });
      expect([both.status, both.stderr]).to.deep.equal([
        2,
        'Error: checkpoint and step both name the checkpoint.\n  → Omit step.\n',
      ]);
      const none = await forge([...words, '--checkpoint', 'newest'], { cwd });
      expect([none.status, none.stderr.split('\n')[0]]).to.deep.equal([
        2,
        'Error: "newest" does not name a checkpoint.',
      ]);
    }
  }).timeout(120_000);

  it('says what is missing or wrong, and what to do', async () => {
    const wrong: readonly [readonly string[], string, string][] = [
      [['export', 'line'], 'forge export requires --out PATH.', 'See forge export --help.'],
      [['export', '--out', 'x'], 'forge export requires a RUN.', 'See forge export --help.'],
      [
        ['export', 'line', '--out', 'x.tyo'],
        'There is no export format "tyo". Available: safetensors, toy, toy-folder, onnx, onnx-folder, onnx-adapter, peft, transformers.',
        'Did you mean --format toy?',
      ],
      [['predict', 'line', '--out', 'x'], 'forge predict requires --data FILE.', 'See forge predict --help.'],
      [
        ['predict', 'line', '--data', 'no.st', '--out', 'x'],
        `Cannot read ${join(cwd, 'no.st')}: it does not exist.`,
        'Check the path.',
      ],
      [
        ['predict', 'line', '--no-code', '--data', 'package.json', '--out', 'x.csv'],
        'The run stores no preprocessing, so it cannot predict raw rows.',
        'Give arrays as the model reads them, or train a run whose data config calls prepare({ … }).',
      ],
      [
        ['predict', 'line', '--data', 'text.safetensors', '--out', 'x'],
        '',
        'Name a safetensors file, or write this one again with a safetensors library.',
      ],
    ];
    await writeFile(join(cwd, 'text.safetensors'), 'no tensors');
    for (const [words, message, hint] of wrong) {
      const { status, stdout, stderr } = await forge(words, { cwd });
      expect([status, stdout]).to.deep.equal([2, '']);
      if (message !== '') expect(stderr).to.include(`Error: ${message}\n`);
      expect(stderr).to.include(`  → ${hint}\n`);
    }
  });
});
