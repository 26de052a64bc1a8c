import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { projectRoot } from './project-root.js';

describe('projectRoot', () => {
  const folder = useTemporaryFolder();
  const at = (...path: string[]) => join(folder(), ...path);
  const none = { start: undefined, run: undefined, results: undefined };
  const write = (...files: string[]) => writeFiles(folder(), Object.fromEntries(files.map((file) => [file, '{}'])));

  it('is the folder itself outside of stored runs', async () => {
    await write(
      'package.json',
      'a/data.ts',
      'checkpoints/1000/model.pt',
      'flags.json',
      '1/notes.txt',
      '2024/x/run.txt',
    );
    for (const path of ['.', 'a', 'checkpoints', '1', '2024/x']) {
      expect(projectRoot(at(path))).to.deep.equal({ ...none, start: at(path) });
    }
  });

  it('is the folder of a project whose results are below it', async () => {
    await write('results/mnist/1/run.json', 'forge.config.ts', 'package.json');
    expect(projectRoot(at('.')).start).to.equal(folder());
  });

  const traces = [
    ...['run.json', 'code.json', 'flags.json', 'metrics.jsonl', 'console.log', 'git.diff', 'annotations.json'],
    ...[
      'code/model.ts',
      'checkpoints/4/checkpoint.json',
      'checkpoints/latest',
      'events.out.tfevents.1.host',
      'RUN.JSON',
    ],
  ];
  for (const trace of traces) {
    it(`is undefined in a run with only ${trace}, in its experiment and its results folder`, async () => {
      await write(
        `sent/mnist/1/${trace}`,
        'sent/mnist/1/more/deep/x',
        'sent/mnist/notes/x',
        'sent/package.json',
        'package.json',
      );
      const found = { start: undefined, run: at('sent/mnist/1'), results: at('sent') };
      for (const path of ['1', '1/more/deep', dirname(`1/${trace}`), '.', 'notes', '..']) {
        expect(projectRoot(at('sent/mnist', path)), path).to.deep.equal(found);
      }
    });
  }

  it('is undefined in a run whose file is a dangling link', async () => {
    await mkdir(at('sent/mnist/1'), { recursive: true });
    await symlink('/nowhere', at('sent/mnist/1/code.json'));
    expect(projectRoot(at('sent/mnist/1')).start).to.equal(undefined);
  });

  it('is undefined in a run folder with any name', async () => {
    await write(
      'a/run.json',
      'b/code.json',
      'c/checkpoints/7/checkpoint.json',
      'c/flags.json',
      'd/metrics.jsonl',
      'd/flags.json',
    );
    for (const run of ['a', 'b', 'c', 'd']) {
      await mkdir(at(run, 'code'), { recursive: true });
      for (const path of [run, `${run}/code`]) {
        expect(projectRoot(at(path)), path).to.deep.equal({ start: undefined, run: at(run), results: undefined });
      }
    }
  });

  const stamp = '20300101T000000000Z';
  for (const [what, file] of [
    ['whose runs are all in the trash', `sent/.trash/mnist/3-${stamp}/run.json`],
    ['whose removed runs are being deleted', `sent/.trash/mnist/.purging-3-${stamp}/code/model.ts`],
    ['whose runs are all gone', 'sent/mnist/.numbers/3'],
  ] as const) {
    it(`is undefined in a results folder ${what}`, async () => {
      await write(file, 'sent/mnist/notes/x', 'sent/forge.config.ts', 'sent/.numbers/mnist/3', 'package.json');
      for (const path of ['sent', 'sent/mnist', 'sent/mnist/notes']) {
        const { start, results } = projectRoot(at(path));
        expect([start, results], path).to.deep.equal([undefined, at('sent')]);
      }
      const { start, results } = projectRoot(at(dirname(file)));
      expect([start, results]).to.deep.equal([undefined, at('sent')]);
      expect(projectRoot(at('.')).start).to.equal(folder());
    });
  }

  it('resolves links', async () => {
    await write('sent/1/run.json', 'sent/1/more/x');
    await symlink(at('sent/1/more'), at('link'));
    expect(projectRoot(at('link')).start).to.equal(undefined);
  });

  it('does not trust a folder with more numbered folders than it checks', async () => {
    await Promise.all(
      Array.from({ length: 1100 }, (_, index) => mkdir(at('sent', String(index + 1)), { recursive: true })),
    );
    expect(projectRoot(at('sent')).start).to.equal(undefined);
  });

  it('is the project that this Forge is installed in, if that is above the runs', async () => {
    await write('results/mnist/1/run.json', 'sent/results/mnist/1/run.json', 'sent/forge.config.ts');
    for (const path of ['results/mnist/1', 'results/mnist', 'results', 'sent/results/mnist/1']) {
      expect(projectRoot(at(path), folder()).start, path).to.equal(folder());
      expect(projectRoot(at(path), at('elsewhere')).start, path).to.equal(undefined);
      expect(projectRoot(at(path), at('res')).start, path).to.equal(undefined);
    }
  });
});
