import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const settings = [...configs, '--run-name', 'line', '--steps', '12', '--report-every', '4'];

/** `script` of util-linux runs a command on a pseudo-terminal. */
const canRecord = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

describe('forge runs diff and compare', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const train = async (...more: string[]) => {
      const { status, stderr } = await forge(['train', ...settings, ...more], { cwd });
      expect(status, stderr).to.equal(0);
    };
    await train();
    const model = join(cwd, 'model.ts');
    await writeFile(model, (await readFile(model, 'utf8')).replace('0.05,', '0.02,'));
    await train('--seed', '3');
    await train('--hidden', '5');
  });
  after(() => removeFolder(cwd));

  const run = (...words: string[]) => forge(['runs', ...words], { cwd });
  const folderOf = (number: number) => join(cwd, 'results', 'line', String(number));
  /** A copy of run 1 with changes, which is removed afterwards. */
  const withCopy = async (change: (copy: string) => Promise<unknown>, work: (name: string) => Promise<void>) => {
    const copy = folderOf(9);
    await cp(folderOf(1), copy, { recursive: true });
    try {
      await change(copy);
      await work('line/9');
    } finally {
      await rm(copy, { recursive: true });
    }
  };

  it('diff has only what differs: flags with sources, code as a patch, metrics', async () => {
    const { status, stdout, stderr } = await run('diff', 'line/1', 'line/2');
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(
      /^FLAGS\n {2}--seed +0 \(default\) +3 \(command line\)\n {2}--learning-rate +0.05 \(default\) +0.02 \(default\)\n\n/m,
    );
    expect(stdout).to.match(/^BEST METRICS\n {2}train\.loss .*\n {2}valid\.loss +\S+ \(step \d+\)/m);
    expect(stdout).to.include(
      "-    learningRate: flag.float(0.05, 'Learning rate.'),\n+    learningRate: flag.float(0.02,",
    );
    expect(stdout).to.match(/^No difference in progress, git, versions, data and engine\.$/m);
    expect(stdout).to.not.include('--hidden').and.not.include('\u001b');
  });

  it('diff prints a patch that git applies', async () => {
    const { stdout } = await run('diff', 'line/1', 'line/2');
    const patch = `${stdout.slice(stdout.indexOf('--- a/'), stdout.indexOf('\n\nNo difference'))}\n`;
    await cp(join(folderOf(1), 'code'), join(cwd, 'patched'), { recursive: true });
    const applied = spawnSync('git', ['apply', '-'], { cwd: join(cwd, 'patched'), input: patch, encoding: 'utf8' });
    expect(applied.status, applied.stderr).to.equal(0);
    expect(await readFile(join(cwd, 'patched', 'model.ts'), 'utf8')).to.equal(
      await readFile(join(folderOf(2), 'code', 'model.ts'), 'utf8'),
    );
  });

  it('diff --json has the same as data', async () => {
    const { stdout } = await run('diff', 'line/1', 'line/2', '--json');
    const diff = JSON.parse(stdout);
    expect(diff.same).to.equal(false);
    expect(diff.flags.map(({ name }: { name: string }) => name)).to.deep.equal(['seed', 'learningRate']);
    expect(diff.flags[0].b).to.deep.equal({ value: 3, source: 'command line' });
    expect(diff.code).to.have.length(1);
    expect(diff.code[0]).to.include({ path: 'model.ts', change: 'changed', reason: null });
    expect(diff.facts.git).to.deep.equal([]);
  });

  it('diff says that a rerun does not differ', async () => {
    expect((await run('rerun', 'line/1')).status).to.equal(0);
    const { status, stdout } = await run('diff', 'line/1', 'line');
    expect([status, stdout]).to.deep.equal([
      0,
      'line/1 and line/4 do not differ in flags, code, progress, git, versions, data, engine and metrics.\n',
    ]);
    await rm(folderOf(4), { recursive: true });
  });

  it('diff --working compares with the files of the project, and runs no code of the run', async () => {
    expect((await run('diff', 'line/2', '--working')).stdout).to.equal(
      'line/2 and the project do not differ in flags, code, git, versions and engine.\n',
    );
    const { stdout } = await run('diff', 'line/1', '--working');
    expect(stdout)
      .to.match(/--learning-rate +0.05 \(default\) +0.02 \(default\)/)
      .and.include('+++ b/model.ts');
    // Given on its command line: not a difference to the project.
    expect((await run('diff', 'line/3', '--working')).stdout).to.include('do not differ');
    const mark = join(cwd, 'was-run');
    const marking = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');\n`;
    await withCopy(
      async (copy) => {
        await writeFiles(copy, { 'evil.ts': `${marking}export default { flags: {}, load: () => ({}) };` });
        const flags = await readFile(join(copy, 'flags.json'), 'utf8');
        await writeFile(join(copy, 'flags.json'), flags.replace('"model.ts"', JSON.stringify(join(copy, 'evil.ts'))));
      },
      async (name) => {
        const { status, stderr } = await run('diff', name, '--working');
        expect(status).to.equal(2);
        expect(stderr).to.match(
          /^Error: The run's config \S*evil\.ts is no file of the project .*\n.*--model-config FILE/,
        );
        expect(await readFile(mark, 'utf8').catch(() => null)).to.equal(null);
      },
    );
  });

  it('compare has a column for each run, and marks the best of each metric', async () => {
    const { status, stdout } = await run('compare', 'line/1', 'line/2', 'line/3');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ +line\/1 +line\/2 +line\/3\nFLAGS\n {2}--seed +0 +3 +0\n {2}--hidden +3 +3 +5\n/);
    expect(stdout).to.match(/^CODE\n {2}stored code +sha256:\w{12} +sha256:\w{12} +sha256:\w{12}$/m);
    const { rows } = JSON.parse((await run('compare', 'line/1', 'line/2', 'line/3', '--json')).stdout);
    type Row = { group: string; name: string; values: number[]; best: number[] };
    const best = rows.find(({ group, name }: Row) => group === 'best' && name === 'valid.loss') as Row;
    expect(best.best).to.deep.equal([best.values.indexOf(Math.min(...best.values))]);
    expect(stdout.split('\n').filter((line) => line.includes(' *'))).to.have.length(4);
    expect(rows.some(({ name }: Row) => name === 'momentum')).to.equal(false);
    const all = await run('compare', 'line/1', 'line/2', '--all');
    expect(all.stdout).to.match(/^ {2}--momentum +0.9 +0.9$/m);
  });

  it('compare --csv has exact numbers', async () => {
    const { stdout } = await run('compare', 'line/1', 'line/2', '--csv');
    const { metrics } = JSON.parse(await readFile(join(folderOf(1), 'run.json'), 'utf8'));
    expect(stdout).to.match(/^group,name,line\/1,line\/2\nflags,seed,0,3\n/);
    const [, , value] = stdout
      .split('\n')
      .find((line) => line.startsWith('last,valid.loss,'))!
      .split(',');
    expect(Number(value)).to.equal(metrics.valid.loss);
  });

  for (const columns of [40, 80, 200]) {
    it(`fit a terminal of ${columns} columns`, async function () {
      if (!canRecord) return this.skip();
      for (const words of ['compare line/1 line/2 line/3', 'diff line/1 line/3']) {
        const command = `stty cols ${columns} rows 40; '${process.execPath}' '${bin}' runs ${words}`;
        const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
          cwd,
          env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', XDG_DATA_HOME: join(cwd, '.data') },
        });
        const lines = stdout.split(/\r*\n/);
        // Lines of code are as long as they are.
        const drawn = lines.filter((line) => !/^[-+ ] {2,}\w.*[,;{(]/.test(line));
        for (const line of drawn) expect(line.length, line).to.be.at.most(columns);
        expect(
          lines.some((line) => /^ {4}line\/1 +3$/.test(line)),
          words,
        ).to.equal(columns === 40 && words.startsWith('compare'));
      }
    });
  }

  it('say in one line what is wrong with the command', async () => {
    const wrong: readonly (readonly [words: string[], message: RegExp])[] = [
      [['diff', 'line/1'], /^Error: What is line\/1 compared with\?\n.*--working/],
      [['diff', 'line/1', 'line/2', '--working'], /^Error: --working compares one run with the project/],
      [['diff', 'line/1', 'line/2', '--data-config', 'data.ts'], /^Error: --data-config requires --working\./],
      [['diff', 'lin/1', 'line/2'], /^Error: There is no run "lin\/1".*\n.*Did you mean line\?/],
      [['compare', 'line/1', 'line/2', 'results/line/1'], /^Error: line\/1 is given twice\./],
      [['compare', 'line/1'], /^Error: forge runs compare requires two runs or more\./],
      [['compare', 'line/1', 'line/2', '--workin'], /^Error: There is no flag --workin\.\n/],
    ];
    for (const [words, message] of wrong) {
      const { status, stdout, stderr } = await run(...words);
      expect([status, stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    }
  });

  describe('of a run folder that a stranger sent', () => {
    const compared = async (name: string) => run('diff', 'line/1', name);

    it('do not follow a link in its code, and say that a file was altered', async () => {
      await withCopy(
        async (copy) => {
          const manifest = JSON.parse(await readFile(join(copy, 'code.json'), 'utf8'));
          for (const file of manifest.files) if (file.path.endsWith('.ts')) file.checksum = `sha256:${'0'.repeat(64)}`;
          await writeFile(join(copy, 'code.json'), JSON.stringify(manifest));
          await writeFile(join(cwd, 'secret'), 'password');
          await rm(join(copy, 'code', 'model.ts'));
          await symlink(join(cwd, 'secret'), join(copy, 'code', 'model.ts'));
        },
        async (name) => {
          const { status, stdout } = await compared(name);
          expect(status).to.equal(0);
          expect(stdout).to.include('changed model.ts (missing or unreadable in the run)');
          expect(stdout).to.include('changed data.ts (altered after the run was made)');
          expect(stdout).to.not.include('password');
        },
      );
    });

    it('refuse a code.json that leads out of the run, lists too much or is huge', async () => {
      const change = (edit: (manifest: { files: { path: string }[] }) => void) => async (copy: string) => {
        const manifest = JSON.parse(await readFile(join(copy, 'code.json'), 'utf8'));
        edit(manifest);
        await writeFile(join(copy, 'code.json'), JSON.stringify(manifest));
      };
      const changes = [
        change(({ files }) => Object.assign(files[0]!, { path: '../../../../secret' })),
        change((manifest) =>
          Object.assign(manifest, { files: Array.from({ length: 100_001 }, () => manifest.files[0]) }),
        ),
        (copy: string) => truncate(join(copy, 'code.json'), 2 ** 33),
      ];
      for (const edit of changes) {
        await withCopy(edit, async (name) => {
          const began = Date.now();
          const { status, stdout, stderr } = await compared(name);
          expect([status, stdout]).to.deep.equal([2, '']);
          expect(stderr).to.match(/^Error: .*code\.json/);
          expect(Date.now() - began).to.be.lessThan(8000);
        });
      }
    });

    it('escape its texts', async () => {
      const evil = '\\u001b]52;c;aGk=\\u0007\\u001b[2J\\u202e';
      await withCopy(
        async (copy) => {
          const record = await readFile(join(copy, 'run.json'), 'utf8');
          await writeFile(
            join(copy, 'run.json'),
            record.replace('"node"', `"${evil}"`).replaceAll('"loss"', `"${evil}"`),
          );
          const flags = await readFile(join(copy, 'flags.json'), 'utf8');
          await writeFile(join(copy, 'flags.json'), flags.replace('"data.ts"', `"${evil}"`));
        },
        async (name) => {
          for (const words of [
            ['diff', 'line/1', name],
            ['compare', 'line/1', name],
            ['compare', 'line/1', name, '--csv'],
          ]) {
            const { status, stdout, stderr } = await run(...words);
            expect(status, stderr).to.equal(0);
            expect(`${stdout}${stderr}`.replaceAll('\n', ''), words.join(' ')).to.not.match(/[\p{Cc}\p{Cf}]/u);
          }
        },
      );
    });

    it('write nothing into it', async () => {
      await mkdir(join(cwd, 'elsewhere'), { recursive: true });
      const before = spawnSync('find', ['results', '-newer', 'package.json', '-printf', '%p %T@ %s\n'], {
        cwd,
        encoding: 'utf8',
      }).stdout;
      for (const words of [
        ['diff', 'line/1', 'line/2'],
        ['diff', 'line/2', '--working'],
        ['compare', 'line/1', 'line/2'],
      ]) {
        expect((await run(...words)).status).to.equal(0);
      }
      const after = spawnSync('find', ['results', '-newer', 'package.json', '-printf', '%p %T@ %s\n'], {
        cwd,
        encoding: 'utf8',
      }).stdout;
      expect(after).to.equal(before).and.not.equal('');
    });
  });
});
