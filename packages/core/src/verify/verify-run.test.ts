import {
  appendFile,
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { bothConfigs, train, trainUntil } from '../api/toy-run.test.support.js';
import { sha256 } from '../fs/checksum.js';
import { annotateRun } from '../run/annotate-run.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../testing/toy-project.js';
import type { ProblemKind } from './problem.js';
import { repairRun } from './repair-run.js';
import { verifyRun } from './verify-run.js';

/** A PID above the highest of the system: no process has it. */
const gone = 4_194_305;

interface Damage {
  readonly of: string;
  readonly corrupt: (run: string) => Promise<unknown>;
  readonly finds: readonly [ProblemKind, string];
  /** Found only by reading every byte. */
  readonly deepOnly?: true;
  readonly harmless?: true;
  readonly loadable?: { readonly checkpoints?: readonly number[]; readonly code?: boolean; readonly run?: boolean };
}

const parameters = 'checkpoints/10/parameters.safetensors';

async function flip(path: string, place = -1): Promise<void> {
  const bytes = await readFile(path);
  bytes[(place + bytes.length) % bytes.length]! ^= 1;
  await writeFile(path, bytes);
}

async function eventFile(run: string): Promise<string> {
  return (await readdir(run)).find((name) => name.startsWith('events.'))!;
}

const broken = { code: false, run: false };

const damages: readonly Damage[] = [
  {
    of: 'a truncated run.json',
    corrupt: (run) => truncate(join(run, 'run.json'), 40),
    finds: ['invalid', 'run.json'],
    loadable: broken,
  },
  {
    of: 'a missing run.json',
    corrupt: (run) => rm(join(run, 'run.json')),
    finds: ['missing', 'run.json'],
    loadable: broken,
  },
  {
    of: 'a duplicate key in run.json',
    corrupt: async (run) => {
      const text = await readFile(join(run, 'run.json'), 'utf8');
      await writeFile(join(run, 'run.json'), text.replace('{', '{ "status": "completed",'));
    },
    finds: ['invalid', 'run.json'],
    loadable: broken,
  },
  {
    of: 'an altered flags.json',
    corrupt: (run) => writeFile(join(run, 'flags.json'), '{"formatVersion":1,"flags":{"steps":3}}'),
    finds: ['invalid', 'flags.json'],
    loadable: { run: false },
  },
  {
    of: 'a missing code.json',
    corrupt: (run) => rm(join(run, 'code.json')),
    finds: ['missing', 'code.json'],
    loadable: broken,
  },
  {
    of: 'a missing code file',
    corrupt: (run) => rm(join(run, 'code/points.ts')),
    finds: ['missing', 'code/points.ts'],
    loadable: broken,
  },
  {
    of: 'a code file changed in place',
    corrupt: (run) => flip(join(run, 'code/points.ts')),
    finds: ['altered', 'code/points.ts'],
    deepOnly: true,
    loadable: broken,
  },
  {
    of: 'a truncated code file',
    corrupt: (run) => truncate(join(run, 'code/points.ts'), 5),
    finds: ['truncated', 'code/points.ts'],
    loadable: broken,
  },
  {
    of: 'an added code file',
    corrupt: (run) => writeFile(join(run, 'code/evil.js'), ''),
    finds: ['foreign', 'code/evil.js'],
    loadable: broken,
  },
  {
    of: 'a truncated checkpoint',
    corrupt: (run) => truncate(join(run, parameters), 100),
    finds: ['truncated', parameters],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a checkpoint with a missing file',
    corrupt: (run) => rm(join(run, 'checkpoints/10/model.toy')),
    finds: ['missing', 'checkpoints/10/model.toy'],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a checkpoint with a flipped bit',
    corrupt: (run) => flip(join(run, parameters)),
    finds: ['altered', parameters],
    deepOnly: true,
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a checkpoint with a wrong header',
    corrupt: (run) => flip(join(run, parameters), 9),
    finds: ['altered', parameters],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a checkpoint whose file is a link to another',
    async corrupt(run) {
      await rm(join(run, parameters));
      await symlink(join(run, 'checkpoints/5/parameters.safetensors'), join(run, parameters));
    },
    finds: ['altered', parameters],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'an altered manifest',
    corrupt: (run) => flip(join(run, 'checkpoints/10/checkpoint.json'), 30),
    finds: ['invalid', 'checkpoints/10/checkpoint.json'],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'the manifest of another step',
    corrupt: (run) => cp(join(run, 'checkpoints/5'), join(run, 'checkpoints/10'), { recursive: true, force: true }),
    finds: ['altered', 'checkpoints/10/checkpoint.json'],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a folder in place of a manifest',
    async corrupt(run) {
      await rm(join(run, 'checkpoints/10/checkpoint.json'));
      await mkdir(join(run, 'checkpoints/10/checkpoint.json'));
    },
    finds: ['invalid', 'checkpoints/10/checkpoint.json'],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'a file in place of the checkpoints folder',
    async corrupt(run) {
      await rm(join(run, 'checkpoints'), { recursive: true });
      await writeFile(join(run, 'checkpoints'), '');
    },
    finds: ['invalid', 'checkpoints'],
    loadable: { checkpoints: [], run: false },
  },
  {
    of: 'a link in place of a folder',
    async corrupt(run) {
      await rm(join(run, 'checkpoints'), { recursive: true });
      await symlink('checkpoints', join(run, 'checkpoints'));
    },
    finds: ['invalid', 'checkpoints'],
    loadable: { checkpoints: [], run: false },
  },
  {
    of: 'every checkpoint truncated',
    corrupt: (run) =>
      Promise.all([5, 10].map((step) => truncate(join(run, `checkpoints/${step}/state.safetensors`), 9))),
    finds: ['truncated', 'checkpoints/5/state.safetensors'],
    loadable: { checkpoints: [], run: false },
  },
  {
    of: 'a checkpoint without its manifest',
    corrupt: (run) => rm(join(run, 'checkpoints/10/checkpoint.json')),
    finds: ['unnamed', 'checkpoints/10'],
    loadable: { checkpoints: [5] },
  },
  {
    of: 'an invalid metric line',
    corrupt: (run) => appendFile(join(run, 'metrics.jsonl'), 'no record\n'),
    finds: ['altered', 'metrics.jsonl'],
    deepOnly: true,
  },
  {
    of: 'an event file with a flipped bit',
    corrupt: async (run) => flip(join(run, await eventFile(run)), 60),
    finds: ['altered', 'events.out.tfevents'],
    deepOnly: true,
  },
  {
    of: 'invalid annotations',
    corrupt: (run) => writeFile(join(run, 'annotations.json'), '{ "formatVersion": 2, "tags": "paper" }'),
    finds: ['invalid', 'annotations.json'],
  },
  { of: 'an empty patch', corrupt: (run) => writeFile(join(run, 'git.diff'), ''), finds: ['truncated', 'git.diff'] },
  {
    of: 'a temporary file of a dead process',
    corrupt: (run) => writeFile(join(run, `.run.json.writing-${gone}-01234567`), '{'),
    finds: ['leftover', `.run.json.writing-${gone}-01234567`],
    harmless: true,
  },
  {
    of: 'a checkpoint that a dead process was writing',
    corrupt: (run) => mkdir(join(run, `checkpoints/.writing-12-${gone}-01234567`)),
    finds: ['leftover', `checkpoints/.writing-12-${gone}-01234567`],
    harmless: true,
  },
  {
    of: 'a file in a checkpoint that its manifest does not list',
    corrupt: (run) => writeFile(join(run, 'checkpoints/10/notes.txt'), ''),
    finds: ['foreign', 'checkpoints/10/notes.txt'],
    harmless: true,
  },
  {
    of: 'foreign files',
    corrupt: (run) => writeFiles(run, { 'notes.txt': '', 'checkpoints/todo.txt': '' }),
    finds: ['foreign', 'notes.txt'],
    harmless: true,
  },
];

describe('verifyRun', () => {
  const folder = useTemporaryFolder();
  const all = { checkpoints: [5, 10], code: true, run: true };
  let run: RunFolder;
  beforeEach(async () => {
    await writeToyProject(folder());
    const words = [...bothConfigs, '--run-name', 'line', '--steps', '10', '--save-every', '5'];
    run = { path: (await train(folder(), words)).run, experiment: 'line', number: 1 };
  });

  it('finds no problems in a run that is completed, stopped or resumed', async () => {
    const stopped = await trainUntil(3, folder(), [...bothConfigs, '--run-name', 'other', '--steps', '9']);
    const other = { path: stopped.run, experiment: 'other', number: 1 };
    for (const deep of [false, true]) {
      const found = await verifyRun(run, { deep });
      expect(found).to.deep.include({ status: 'completed', problems: [], damaged: false, loadable: all });
      expect(await verifyRun(other, { deep })).to.deep.include({ status: 'stopped', problems: [] });
    }
    await train(folder(), ['--resume', 'other']);
    expect(await verifyRun(other, { deep: true })).to.deep.include({ status: 'completed', problems: [] });
  });

  for (const { of, corrupt, finds, deepOnly, harmless, loadable } of damages) {
    it(`finds ${of}${deepOnly ? ', by reading every byte' : ''}`, async () => {
      await corrupt(run.path);
      for (const deep of [false, true]) {
        const found = await verifyRun(run, { deep });
        if (deepOnly && !deep) expect(found.problems).to.deep.equal([]);
        else {
          const problems = found.problems.map(({ kind, path }) => [kind, path.slice(0, finds[1].length)]);
          expect(problems).to.deep.include(finds);
          expect(found.damaged).to.equal(harmless !== true);
          expect(found.loadable).to.deep.equal({ ...all, ...loadable });
        }
      }
    });
  }

  it('accepts annotations, and moves invalid ones to the quarantine, so that others can be written', async () => {
    await annotateRun(run, () => ({ tags: ['paper'], note: 'n', name: 'x' }));
    expect((await verifyRun(run, { deep: true })).problems).to.deep.equal([]);
    await writeFile(join(run.path, 'annotations.json'), '{');
    expect((await failureOf(() => annotateRun(run, () => ({ note: 'm' })))).code).to.equal('RUN_INVALID');
    expect((await repairRun(await verifyRun(run), {})).after.problems).to.deep.equal([]);
    expect((await annotateRun(run, () => ({ note: 'm' }))).note).to.equal('m');
  });

  it('accepts the names that docs/run-folder.md reserves, in a run’s folder', async () => {
    const page = await readFile(new URL('../../../../docs/run-folder.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('**Reserved names.**'), page.indexOf('## run.json'));
    const rows = table.split('\n').filter((line) => line.includes("a run's folder"));
    const names = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    expect(names).to.include('base/<sha256>/');
    for (const name of names) {
      const path = join(run.path, name.replace('<sha256>', 'ab'.repeat(32)));
      await (name.endsWith('/') ? mkdir(path, { recursive: true }) : writeFile(path, '{}'));
    }
    expect((await verifyRun(run, { deep: true })).problems).to.deep.equal([]);
  });

  it('does not report files that a live process is writing', async () => {
    await writeFile(join(run.path, `.run.json.writing-${process.pid}-01234567`), '{');
    await mkdir(join(run.path, `checkpoints/.writing-12-${process.pid}-01234567`));
    expect((await verifyRun(run)).problems).to.deep.equal([]);
  });

  it('accepts the older checkpoint as valid if a process died between two renames', async () => {
    const replaced = join(run.path, `checkpoints/.replaced-10-${gone}-01234567`);
    await cp(join(run.path, 'checkpoints/10'), replaced, { recursive: true });
    await rm(join(run.path, 'checkpoints/10'), { recursive: true });
    expect(await verifyRun(run, { deep: true })).to.deep.include({ problems: [], loadable: all });
  });

  it('does not repair a checkpoint of a newer format', async () => {
    const file = join(run.path, 'checkpoints/10/checkpoint.json');
    const text = (await readFile(file, 'utf8')).replace('"formatVersion": 2', '"formatVersion": 9').slice(0, -90);
    await writeFile(file, `${text}  "checksum": "${sha256(text)}"\n}\n`);
    const [problem] = (await verifyRun(run)).problems;
    expect(problem).to.deep.include({ kind: 'invalid', repair: null });
    expect(problem?.message).to.include('format version 9');
  });

  it('reports a folder without run.json and checkpoints as unfinished, not as damage', async () => {
    const path = join(folder(), 'results/line/2');
    await writeFiles(path, { 'flags.json': '{}' });
    const found = await verifyRun({ path, experiment: 'line', number: 2 });
    expect(found).to.deep.include({ status: null, damaged: false });
    expect(found.problems.map(({ kind }) => kind)).to.deep.equal(['unfinished']);
  });

  it('reports a missing run.json if the run has logged metrics', async () => {
    const path = join(folder(), 'results/line/2');
    await writeFiles(path, { 'flags.json': '{}', 'metrics.jsonl': '' });
    const { problems } = await verifyRun({ path, experiment: 'line', number: 2 });
    expect(problems.map(({ kind, path }) => `${kind} ${path}`)).to.include('missing run.json');
  });

  const noModes = process.platform === 'win32';
  const reason = noModes ? ' (skipped: Windows has no such permissions)' : '';
  (noModes ? it.skip : it)(`reports files that it may not read as unreadable, without a repair${reason}`, async () => {
    for (const path of [folder(), run.path]) await chmod(path, 0o755);
    await chmod(join(run.path, parameters), 0);
    await withoutPrivileges(async () => {
      const { problems, loadable } = await verifyRun(run);
      expect(problems.map(({ kind, path, repair }) => [kind, path, repair])).to.deep.equal([
        ['unreadable', 'checkpoints/10', null],
      ]);
      expect(loadable.checkpoints).to.deep.equal([5]);
    });
    await chmod(run.path, 0);
    await withoutPrivileges(async () => {
      const { problems, damaged } = await verifyRun(run);
      expect(problems.map(({ kind, path }) => [kind, path])).to.deep.equal([['unreadable', '.']]);
      expect(damaged).to.equal(true);
    });
    await chmod(run.path, 0o755);
  });

  it('never modifies the run', async () => {
    const file = join(run.path, 'run.json');
    const past = new Date(1_700_000_000_000);
    await utimes(file, past, past);
    const before = await listing(run.path);
    await verifyRun(run, { deep: true });
    expect(await listing(run.path)).to.deep.equal(before);
  });
});

/** Runs as another user if the tests run as root, who may read everything. */
async function withoutPrivileges(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid!() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

async function listing(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
}
