import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { createRunFolder, runNumbers } from './run-folder.js';

const module = new URL('./run-folder.js', import.meta.url).href;

describe('the number of a run', () => {
  const folder = useTemporaryFolder();
  const runs = () => join(folder(), 'mnist');
  const marks = () => join(runs(), '.numbers');
  const create = async () => (await createRunFolder(folder(), 'mnist')).number;
  const old = (...path: string[]) => utimes(join(...path), 1, 1);

  it('is never used twice, whichever runs are removed, moved or started at the same time', async () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('start' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constantFrom('remove' as const, 'trash' as const), at: fc.nat(9) }),
      fc.record({ kind: fc.constant('age' as const) }),
      fc.record({ kind: fc.constant('wipe' as const) }),
    );
    let experiment = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const name = `of-${++experiment}`;
        const place = join(folder(), name);
        const given: number[] = [];
        for (const event of [...events, { kind: 'start' as const, count: 1 }]) {
          if (event.kind === 'start') {
            const made = await Promise.all(Array.from({ length: event.count }, () => createRunFolder(folder(), name)));
            given.push(...made.map(({ number }) => number));
            continue;
          }
          if (event.kind === 'age') {
            const names = await readdir(join(place, '.numbers')).catch(() => []);
            for (const mark of names) await old(place, '.numbers', mark);
            continue;
          }
          if (event.kind === 'wipe') {
            await rm(place, { recursive: true, force: true });
            continue;
          }
          const existing = await runNumbers(place);
          const run = existing[event.at % existing.length];
          if (run === undefined) continue;
          if (event.kind === 'remove') await rm(join(place, String(run)), { recursive: true });
          else await rename(join(place, String(run)), join(folder(), `${name}-${run}`));
        }
        expect(new Set(given).size).to.equal(given.length);
        expect([...given].sort((a, b) => a - b)).to.deep.equal(given.map((_, index) => index + 1));
      }),
      { numRuns: 40 },
    );
  });

  it('is used once by 16 processes that remove their runs immediately', async () => {
    const script = `import { rm } from 'node:fs/promises';
      import { createRunFolder } from ${JSON.stringify(module)};
      for (let turn = 0; turn < 4; turn++) {
        const { path, number } = await createRunFolder(process.argv[1], 'mnist');
        console.log(number);
        await rm(path, { recursive: true });
      }`;
    const args = ['--input-type=module', '--eval', script, folder()];
    const processes = Array.from({ length: 16 }, () => promisify(execFile)(process.execPath, args));
    const given = (await Promise.all(processes)).flatMap(({ stdout }) => stdout.trim().split('\n').map(Number));
    expect(given.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 64 }, (_, index) => index + 1));
  });

  it('continues from the highest run if the marks are lost, and from the marks if the runs are', async () => {
    for (let run = 0; run < 3; run++) await create();
    await rm(marks(), { recursive: true });
    expect(await create()).to.equal(4);
    for (const number of await runNumbers(runs())) await rm(join(runs(), String(number)), { recursive: true });
    expect(await create()).to.equal(5);
  });

  it('continues where the folder of the experiment was removed, and where the marks of the results folder were', async () => {
    for (let run = 0; run < 3; run++) await create();
    await rm(runs(), { recursive: true });
    expect(await create()).to.equal(4);
    await rm(join(folder(), '.numbers'), { recursive: true });
    expect(await create()).to.equal(5);
    await rm(runs(), { recursive: true });
    expect(await create()).to.equal(6);
  });

  it('keeps only the highest mark and those of the last hour', async () => {
    for (let run = 0; run < 5; run++) await create();
    for (const mark of await readdir(marks())) await old(marks(), mark);
    await create();
    expect((await readdir(marks())).sort()).to.deep.equal(['5', '6']);
  });

  it('ignores other names among the marks', async () => {
    await mkdir(marks(), { recursive: true });
    for (const name of ['007', 'x', '-3', '99999999999999999999', '.DS_Store'])
      await writeFile(join(marks(), name), '');
    expect(await create()).to.equal(1);
  });

  it('refuses a link as the folder of marks, which would create and remove files elsewhere', async () => {
    const elsewhere = join(folder(), 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, '1'), 'kept');
    await old(elsewhere, '1');
    await mkdir(runs());
    await symlink(elsewhere, marks());
    expect((await failureOf(create)).code).to.equal('PATH_UNSAFE');
    expect(await readdir(elsewhere)).to.deep.equal(['1']);
  });
});
