import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { requireOutput } from './require-output.js';

describe('the path of an output', () => {
  let folder: string;
  let run: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-output-'));
    run = join(folder, 'results', 'line', '1');
    await mkdir(join(run, 'checkpoints'), { recursive: true });
    for (const name of ['run.json', 'flags.json', 'metrics.jsonl']) await writeFile(join(run, name), '{}\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function problem(path: string, force: boolean): Promise<string> {
    try {
      await requireOutput(path, force);
      return '';
    } catch (error) {
      if (isForgeError(error)) return error.message;
      throw error;
    }
  }

  it('is not in a run, also through a link and with force', async () => {
    await symlink(run, join(folder, 'link'));
    for (const path of ['metrics.jsonl', 'new.csv', join('checkpoints', 'new.csv'), '.']) {
      expect(await problem(join(run, path), true), path).to.match(
        / is in the folder of the run .*\/results\/line\/1, /,
      );
    }
    expect(await problem(join(folder, 'link', 'metrics.jsonl'), true)).to.include(' is in the folder of the run ');
  });

  it('may be next to runs, and in a folder with the flags of one', async () => {
    await writeFile(join(folder, 'flags.json'), '{}\n');
    expect(await problem(join(folder, 'results', 'line', 'new.csv'), false)).to.equal('');
    expect(await problem(join(folder, 'metrics.jsonl'), false)).to.equal('');
  });

  it('is in a folder that exists, and replaces a file with force only', async () => {
    const missing = join(folder, 'missing');
    expect(await problem(join(missing, 'a.csv'), true)).to.equal(
      `Cannot write ${join(missing, 'a.csv')}: the folder ${missing} does not exist.`,
    );
    await writeFile(join(folder, 'a.csv'), '');
    expect(await problem(join(folder, 'a.csv'), false)).to.include('already exists');
    expect(await problem(join(folder, 'a.csv'), true)).to.equal('');
  });
});
