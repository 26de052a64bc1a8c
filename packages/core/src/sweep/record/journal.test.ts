import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { Journal } from './journal.js';
import type { JournalEvent } from './journal-event.js';
import { readJournal } from './read-journal.js';
import { readSweepFile, writeSweepFile } from './read-sweep-file.js';
import type { SweepFile } from './sweep-file.js';

const sweep: SweepFile = {
  ...{ sweepVersion: 1, id: 'a1', name: 'test', created: '2026-01-01T00:00:00.000Z', command: [], directory: '/' },
  space: { x: { kind: 'float', low: 0, high: 1, log: false, step: null, when: null } },
  objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
  ...{ method: { name: 'random', options: {} }, seed: 1, repeat: 1, retries: 2, failFast: false },
  halving: { name: 'asha', reduction: 3, min: 1, max: 9, unit: 'epochs' },
  budget: { trials: null, steps: null, hours: null },
  ...{ prune: { kind: 'none' }, launcher: { name: 'local', flags: {} }, workers: null },
};

const result = { reason: null, values: [0.5], step: 10, epoch: 1, seconds: 2 } as const;
/** A trial of five lines, as most are in a sweep with halving. */
function* trialEvents(trial: number): Generator<JournalEvent> {
  const job = { trial, repeat: 0, attempt: 1 };
  const time = 1_700_000_000_000 + trial;
  yield { time, type: 'trial', trial, parameters: { x: 1 / trial }, bracket: null };
  yield { time, type: 'submit', batch: trial, jobs: [{ ...job, pauseAt: { unit: 'epochs', at: 1 } }] };
  yield { time, type: 'submitted', batch: trial, ids: [`local-${trial}`] };
  yield { time, type: 'job', ...job, run: trial, result: { ...result, status: 'paused' }, reason: null };
  yield { time, type: 'end', trial, state: 'stopped', values: [1 / trial], reason: 'better trials went on' };
}

describe('Journal', () => {
  const folder = useTemporaryFolder();
  const path = () => join(folder(), 'journal.jsonl');
  const events = (count: number) => Array.from({ length: count }, (_, at) => [...trialEvents(at + 1)]).flat();

  it('is read on from where an earlier reading ended, also after a torn line was cut off', async () => {
    const all = events(4);
    const first = await Journal.open(folder(), 0);
    await first.append(all.slice(0, 12), { sync: false });
    await first.close();
    await writeFile(path(), '{"type":"tri', { flag: 'a' });
    const before = await readJournal(folder(), sweep);
    const second = await Journal.open(folder(), before.end);
    await second.append(all.slice(12), { sync: false });
    await second.close();
    const followed: JournalEvent[] = [];
    const follower = { replay: () => undefined, follow: (event: JournalEvent) => void followed.push(event) };
    const after = await readJournal(folder(), sweep, follower, before);
    expect(followed).to.deep.equal(all.slice(12));
    const whole = await readJournal(folder(), sweep);
    expect([after.end, after.lines]).to.deep.equal([whole.end, 20]);
    expect(after.state.trials).to.deep.equal(whole.state.trials);
    await writeFile(path(), '{"type":"?"}\n', { flag: 'a' });
    expect((await failureOf(() => readJournal(folder(), sweep, follower, after))).message).to.include('Line 21 of');
  });

  it('is read back as it was written, however far its last write came', async () => {
    const written = events(3);
    const journal = await Journal.open(folder(), 0);
    await journal.append(written.slice(0, 8), { sync: false });
    await journal.append(written.slice(8), { sync: true });
    await journal.close();
    const text = await readFile(path(), 'utf8');
    for (let bytes = text.length; bytes >= 0; bytes -= 7) {
      await truncate(path(), bytes);
      const { state, end } = await readJournal(folder(), sweep);
      const whole = text.slice(0, bytes).lastIndexOf('\n') + 1;
      expect(end).to.equal(whole);
      const lines = text.slice(0, whole).split('\n').length - 1;
      expect(state.trials.length).to.equal(written.slice(0, lines).filter(({ type }) => type === 'trial').length);
    }
    await writeFile(path(), text.slice(0, -20));
    const { end } = await readJournal(folder(), sweep);
    const again = await Journal.open(folder(), end);
    await again.append(written.slice(-1), { sync: true });
    await again.close();
    expect(await readFile(path(), 'utf8')).to.equal(text);
  });

  it('names the line that cannot be', async () => {
    const lines = events(2).map((event) => JSON.stringify(event));
    const changes: [number, string, string][] = [
      [0, '{"time":1', 'Line 1 of '],
      [2, '[]', 'it is no event'],
      [3, lines[3]!.replace('"attempt":1', '"attempt":-1'), 'its event "job" lacks a field, or has a wrong one'],
      [5, lines[5]!.replace('"trial":2', '"trial":3'), 'trial 3 follows 1'],
      [3, lines[3]!.replace('"trial":1', '"trial":7'), 'trial 7 is not in it before'],
      [2, lines[2]!.replace('"batch":1', '"batch":4'), 'batch 4 was not submitted'],
    ];
    for (const [at, line, message] of changes) {
      await writeFile(path(), `${lines.with(at, line).join('\n')}\n`);
      const error = await failureOf(() => readJournal(folder(), sweep));
      expect(error.code).to.equal('RUN_INVALID');
      expect(error.message)
        .to.contain(`Line ${at + 1} of ${path()} is invalid: `)
        .and.to.contain(message);
    }
  });

  it('writes through no link', async () => {
    await writeFile(join(folder(), 'elsewhere'), 'mine');
    await symlink(join(folder(), 'elsewhere'), path());
    expect((await failureOf(() => Journal.open(folder(), 0))).code).to.equal('PATH_UNSAFE');
    expect((await failureOf(() => readJournal(folder(), sweep))).code).to.equal('RUN_INVALID');
    expect(await readFile(join(folder(), 'elsewhere'), 'utf8')).to.equal('mine');
  });

  it('of 10,000 trials is replayed within a second of processor time', async function () {
    this.timeout(30_000);
    await writeFile(
      path(),
      `${events(10_000)
        .map((event) => JSON.stringify(event))
        .join('\n')}\n`,
    );
    const before = process.cpuUsage();
    const { state } = await readJournal(folder(), sweep);
    const { user, system } = process.cpuUsage(before);
    expect(state.trials).to.have.lengthOf(10_000);
    expect((user + system) / 1e6).to.be.below(1);
  });

  it('is read with sweep.json, which is checked', async () => {
    await writeSweepFile(folder(), sweep);
    expect(await readSweepFile(folder())).to.deep.equal(sweep);
    for (const change of [
      { repeat: 0 },
      { objectives: [] },
      { halving: { ...sweep.halving, reduction: 1 } },
      { sweepVersion: 2 },
    ]) {
      await writeFile(join(folder(), 'sweep.json'), JSON.stringify({ ...sweep, ...change }));
      expect((await failureOf(() => readSweepFile(folder()))).code, JSON.stringify(change)).to.equal('RUN_INVALID');
    }
    await mkdir(join(folder(), 'none'));
    expect((await failureOf(() => readSweepFile(join(folder(), 'none')))).code).to.equal('RUN_NOT_FOUND');
  });
});
