import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { bothConfigs, essenceOf, metricsOf, train, trainUntil } from '../api/toy-run.test.support.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { repairRun } from './repair-run.js';
import { verifyRun } from './verify-run.js';

const gone = 4_194_305;
const deep = { deep: true };

describe('repairRun', () => {
  const folder = useTemporaryFolder();
  let run: RunFolder;
  beforeEach(async () => {
    await writeToyProject(folder());
    const words = [...bothConfigs, '--run-name', 'line', '--steps', '20', '--save-every', '5'];
    run = { path: (await trainUntil(15, folder(), words)).run, experiment: 'line', number: 1 };
  });
  const repair = async () => repairRun(await verifyRun(run, deep), deep);

  it('quarantines files with problems, deletes nothing, and leaves a run that resumes to the same bits', async () => {
    const straight = await train(folder(), [
      ...bothConfigs,
      '--run-name',
      'straight',
      '--steps',
      '20',
      '--save-every',
      '5',
    ]);
    const expected = await essenceOf(straight.run, 20);
    await truncate(join(run.path, 'checkpoints/15/parameters.safetensors'), 99);
    await mkdir(join(run.path, `checkpoints/.writing-12-${gone}-01234567`));
    await writeFile(join(run.path, `checkpoints/.writing-12-${gone}-01234567/half`), 'half');
    await writeFile(join(run.path, 'code/added.js'), 'added');
    await appendFile(join(run.path, 'metrics.jsonl'), 'no record\n');
    const before = await contents(run.path);

    const { damaged, moved, after } = await repair();
    expect([damaged, after.damaged]).to.deep.equal([true, false]);
    expect(after.problems).to.deep.equal([]);
    expect(moved.map(({ from }) => from)).to.have.members([
      'checkpoints/15',
      `checkpoints/.writing-12-${gone}-01234567`,
      'code/added.js',
      'metrics.jsonl',
    ]);
    const now = await contents(run.path);
    expect([...now.values()]).to.include.members([...before.values()]);
    for (const { from, to } of moved) {
      for (const [path, content] of before) {
        if (path === from || path.startsWith(`${from}/`)) expect(now.get(path.replace(from, to))).to.equal(content);
      }
    }
    const why = await readFile(join(run.path, moved[0]!.to.split('/').slice(0, 2).join('/'), 'problems.json'), 'utf8');
    expect(why).to.include('99 bytes');

    expect(await train(folder(), ['--resume', 'line'])).to.include({ status: 'completed', step: 20 });
    expect(await essenceOf(run.path, 20)).to.deep.equal(expected);
  });

  it('keeps the valid lines and records of logs in place', async () => {
    const lines = await metricsOf(run.path);
    const file = join(run.path, 'metrics.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `{"step":1}\n${text}\n[[[\n`);
    const events = (await readdir(run.path)).find((name) => name.startsWith('events.'))!;
    const bytes = await readFile(join(run.path, events));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(run.path, events), bytes);
    const { moved, after } = await repair();
    expect([moved.map(({ from }) => from).sort(), after.problems]).to.deep.equal([[events, 'metrics.jsonl'], []]);
    expect(await metricsOf(run.path)).to.deep.equal(lines);
    const kept = await readFile(join(run.path, events));
    expect(kept.length).to.be.greaterThan(0).and.lessThan(bytes.length);
    expect(kept.equals(bytes.subarray(0, kept.length))).to.equal(true);
  });

  it('does not move files that became valid after the check', async () => {
    await truncate(join(run.path, 'checkpoints/15/parameters.safetensors'), 99);
    const found = await verifyRun(run, deep);
    await train(folder(), ['--resume', 'line']);
    const before = await contents(run.path);
    const { moved, damaged } = await repairRun(found, deep);
    expect([found.damaged, damaged, moved]).to.deep.equal([true, false, []]);
    const now = await contents(run.path);
    for (const [path, content] of before) if (!path.startsWith('.resume-lock')) expect(now.get(path)).to.equal(content);
  });

  it('does not move files that cannot be replaced, and reports them', async () => {
    await rm(join(run.path, 'flags.json'));
    await writeFile(join(run.path, 'code/points.ts'), '');
    const before = await contents(run.path);
    const { moved, after } = await repair();
    expect(moved).to.deep.equal([]);
    expect(after.problems.map(({ path }) => path)).to.have.members(['flags.json', 'code/points.ts']);
    expect(await contents(run.path)).to.deep.equal(before);
  });

  it('does not move foreign files', async () => {
    await writeFile(join(run.path, 'notes.txt'), 'mine');
    expect((await repair()).moved).to.deep.equal([]);
  });

  it('is refused while a process trains the run', async () => {
    let refused: Awaited<ReturnType<typeof failureOf>> | undefined;
    const hooks = {
      checkpoint: async () => {
        await writeFile(join(run.path, `.run.json.writing-${gone}-01234567`), '{');
        refused = await failureOf(repair);
      },
    };
    await train(folder(), ['--resume', 'line'], { hooks });
    expect(refused?.code).to.equal('RUN_LOCKED');
  });
});

async function contents(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const);
  return new Map(await Promise.all(read));
}
