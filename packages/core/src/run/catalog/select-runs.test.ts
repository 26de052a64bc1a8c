import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { readRun } from './read-run.js';
import { indexPath } from './run-index.js';
import { type SelectOptions, selectRuns } from './select-runs.js';

const engine = { backend: 'toy', engine: 'cpu', device: 'cpu', versions: {}, settings: {}, warnings: [] };

describe('selectRuns', () => {
  const folder = useTemporaryFolder();
  const cache = useTemporaryFolder();
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = cache();
  });
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });

  /** Writes a file as Forge does: a new one that is renamed. */
  function write(path: string, content: object): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(content));
    renameSync(`${path}.new`, path);
  }

  const place = (number: number, experiment = 'digits') => join(folder(), experiment, String(number));
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

  function writeRun(number: number, change: object = {}, experiment = 'digits'): void {
    write(join(place(number, experiment), 'run.json'), {
      ...{ formatVersion: 2, experiment, number, status: 'completed', reason: null, command: [], directory: '/' },
      ...{ created: at(number % 50_000), ended: at((number % 50_000) + 1), host: { hostname: 'here' }, versions: {} },
      ...{
        process: { host: hostname(), pid: 1, startTime: 1 },
        git: { commit: 'abc', branch: null, dirty: true, omitted: [] },
      },
      ...{ backend: { name: 'toy', package: 'toy', version: '1.0.0' }, engine, batch: {}, step: number, epoch: 0 },
      ...{ resumes: [], directions: { 'valid.loss': 'min', 'valid.odd': 'max' }, code: 'stored', sweep: null },
      metrics: { valid: { loss: number / 2, score: 1, odd: number } },
      best: { valid: { loss: { value: number / 4, step: 1 }, odd: { value: number, step: 1 } } },
      ...change,
    });
  }

  const writeFlags = (number: number, flags: Record<string, unknown>) => {
    const stored = Object.entries(flags).map(([name, value]) => [name, { value, source: 'default' }]);
    write(join(place(number), 'flags.json'), { formatVersion: 2, flags: Object.fromEntries(stored) });
  };

  const numbers = async (options: SelectOptions) =>
    (await selectRuns(folder(), options)).runs.map((run) => run.get('number'));

  it('chooses by flags, metrics, status, tags and git, and sorts the best first', async () => {
    for (const number of [1, 2, 3, 4]) {
      writeRun(number, number === 4 ? { status: 'failed', reason: 'LOSS_NOT_FINITE' } : {});
      writeFlags(number, { hidden: 32 * number, optimizer: number === 2 ? 'sgd' : 'adam', momentum: null });
    }
    write(join(place(2), 'annotations.json'), { tags: ['paper'], note: 'A note.', name: 'wide' });
    expect(await numbers({ where: 'flags.hidden > 32 and best.valid.loss < 1' })).to.deep.equal([2, 3]);
    expect(await numbers({ where: 'tag = paper and note ~ note and name = wide' })).to.deep.equal([2]);
    expect(await numbers({ where: 'status = failed and reason ~ finite' })).to.deep.equal([4]);
    expect(await numbers({ where: 'git.dirty = true and not has(git.branch) and host = here' })).to.have.length(4);
    expect(await numbers({ where: 'has(flags.optimizer) and flags.optimizer = sgd' })).to.deep.equal([2]);
    expect(await numbers({ sort: 'best.valid.loss' })).to.deep.equal([1, 2, 3, 4]);
    // By the recorded direction, as the model declared it.
    expect(await numbers({ sort: 'best.valid.odd' })).to.deep.equal([4, 3, 2, 1]);
    expect(await numbers({ sort: 'valid.odd:min' })).to.deep.equal([1, 2, 3, 4]);
    expect(await numbers({ sort: 'flags.optimizer, number:max' })).to.deep.equal([4, 3, 1, 2]);
    expect(await numbers({ sort: 'created' })).to.deep.equal([4, 3, 2, 1]);
    expect(await numbers({ last: '2min30s', now: Date.parse(at(5)) })).to.deep.equal([3, 4]);
  });

  it('puts runs without a value, or with NaN, last in any order', async () => {
    writeRun(1, { metrics: { valid: { loss: 'NaN' } } });
    writeRun(2, { metrics: {} });
    writeRun(3);
    writeRun(4, { metrics: { valid: { loss: 'Infinity' } } });
    for (const [sort, expected] of [
      ['last.valid.loss:min', [3, 4, 1, 2]],
      ['last.valid.loss:max', [4, 3, 1, 2]],
    ] as const) {
      expect(await numbers({ sort })).to.deep.equal(expected);
    }
  });

  it('computes the best values of runs of older versions from their metrics', async () => {
    writeRun(1, { best: undefined });
    writeRun(2);
    const line = { step: 3, epoch: 0, time: 1, split: 'valid', values: { loss: 0.01 } };
    writeFileSync(join(place(1), 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    expect(await numbers({ where: 'best.valid.loss < 0.1' })).to.deep.equal([1]);
  });

  it('names the field that no run has, and the metric without a direction', async () => {
    writeRun(1);
    writeFlags(1, { hidden: 3 });
    for (const [options, code, message, hint] of [
      [{ where: 'flags.hiden = 3' }, 'QUERY_INVALID', 'No run has a flag "hiden".', 'Did you mean flags.hidden?'],
      [{ where: 'odd > 1' }, 'QUERY_INVALID', 'There is no field "odd".', 'Did you mean best.valid.odd?'],
      [{ sort: 'hidden' }, 'QUERY_INVALID', 'There is no field "hidden".', 'Did you mean flags.hidden?'],
      [{ sort: 'valid.los' }, 'QUERY_INVALID', 'There is no field "valid.los".', 'Did you mean'],
      [{ columns: 'status,stepp' }, 'QUERY_INVALID', 'There is no field "stepp".', 'Did you mean step?'],
      [{ sort: 'best.valid.score' }, 'QUERY_INVALID', 'valid.score has no best value', 'Use last.valid.score'],
      [{ sort: 'last.valid.score' }, 'METRIC_INVALID', 'it is unknown whether', 'Write --sort last.valid.score:min'],
      [{ last: '20' }, 'FLAG_INVALID', '--last takes a duration', 'Write --limit 20'],
      [{ last: 'soon' }, 'FLAG_INVALID', '--last takes a duration', '--last 7d'],
    ] as const) {
      const error = await failureOf(() => selectRuns(folder(), options));
      expect([error.code, error.message, error.hint]).to.satisfy(
        ([a, b, c]: string[]) => a === code && b!.includes(message) && c!.includes(hint),
        `${JSON.stringify(options)}: ${error.message} → ${error.hint}`,
      );
    }
  });

  it('says how many runs match each part where none matches, and the value that was probably meant', async () => {
    for (const number of [1, 2, 3]) writeRun(number);
    write(join(place(2), 'annotations.json'), { tags: ['paper'] });
    const explain = async (where: string) => (await selectRuns(folder(), { where })).explain();
    expect(await explain('step > 1 and status = failed')).to.equal(
      'Runs that match each part: step > 1: 2; status = failed: 0. Values of status: completed.',
    );
    expect(await explain('tag = papr')).to.equal('Did you mean tag = paper?');
  });

  it('lists damaged runs with their status, and ignores other folders', async () => {
    writeRun(1);
    mkdirSync(place(2), { recursive: true });
    mkdirSync(join(place(3), 'checkpoints'), { recursive: true });
    write(join(place(4), 'run.json'), { formatVersion: 9 });
    writeFileSync(place(5), 'a file');
    expect(await numbers({ where: 'status = damaged' })).to.deep.equal([3, 4]);
    expect(await numbers({ where: 'reason ~ "format version"' })).to.deep.equal([4]);
    expect(await numbers({})).to.deep.equal([1, 3, 4]);
  });

  it('reads the same values of a whole run from the index as from its files', async () => {
    const count = 500;
    for (let number = 1; number <= count; number++) {
      const older = { best: undefined, directions: {}, git: null, metrics: { valid: { loss: 'NaN' } } };
      writeRun(number, number % 3 === 0 ? older : { reason: number % 2 === 0 ? 'NaN' : null });
      writeFlags(number, number % 2 === 0 ? { hidden: number, note: 'NaN' } : { hidden: 'many', deep: true });
      if (number % 5 === 0) write(join(place(number), 'annotations.json'), { tags: ['paper', 'b'], note: 'é\ud83d' });
    }
    const line = { step: 3, epoch: 0, time: 1, split: 'valid', values: { loss: 0.01 } };
    writeFileSync(join(place(3), 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    await delay(2_100);
    // The first list needs no more than times; the next ones are not to believe that this is all.
    await selectRuns(folder());
    await selectRuns(folder(), { where: 'status = completed' });
    for (const source of ['files', 'index']) {
      const { runs, keys } = await selectRuns(folder(), { whole: true });
      expect(runs).to.have.length(count);
      for (const run of runs) {
        const read = await readRun(run.folder);
        const all = [...keys, 'experiment', 'number', '#step.valid.loss', '#direction.valid.odd'];
        const values = (of: { get(key: string): unknown }) => all.map((key) => [key, of.get(key)]);
        expect(values(run), `${source} ${run.folder.number}`).to.deep.equal(values(read));
        expect(read.keys.filter((key) => !all.includes(key))).to.deep.equal([]);
      }
    }
    const index = indexPath(folder())!;
    writeFileSync(index, readFileSync(index, 'latin1').replace('"many"', '"lots"'), 'latin1');
    const { runs } = await selectRuns(folder(), { whole: true });
    expect(runs[0]!.get('flags.hidden')).to.equal('lots');
  }).timeout(60_000);

  describe('of 10,000 runs', () => {
    const count = 10_000;
    const where = 'flags.hidden = 64 and best.valid.loss >= 1 and status = completed';
    const expected = Array.from({ length: count }, (_, index) => index + 1).filter(
      (number) => number % 2 === 0 && number >= 4,
    );

    async function writeAll(): Promise<void> {
      for (let number = 1; number <= count; number++) {
        writeRun(number);
        writeFlags(number, { hidden: number % 2 === 0 ? 64 : 32, learningRate: 1 / number });
        if (number % 1000 === 0) write(join(place(number), 'annotations.json'), { tags: ['paper', `n${number}`] });
      }
      // The index skips files that changed in the last two seconds.
      await delay(2_100);
    }

    it('answers the same from the index, which notices each change of a file', async () => {
      await writeAll();
      const tagged = { where: 'tag = paper and flags.learningRate < 0.01', sort: 'flags.learningRate' };
      for (let time = 0; time < 2; time++) {
        expect(await numbers({ where, sort: 'number' })).to.deep.equal(expected);
        expect(await numbers(tagged)).to.deep.equal([10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => n * 1000));
      }
      // A wrong value in the index shows that it is used.
      const index = indexPath(folder())!;
      const content = readFileSync(index, 'latin1');
      writeFileSync(index, content.replaceAll('"completed"', '"stopped"  '), 'latin1');
      expect(await numbers({ where })).to.deep.equal([]);
      // A damaged one is ignored.
      for (const wrong of ['', content.slice(0, -1), content.replaceAll('["completed"]', '["completed",')]) {
        writeFileSync(index, wrong, 'latin1');
        expect(await numbers({ where, sort: 'number' })).to.deep.equal(expected);
      }
      expect(await numbers({ where, sort: 'number' })).to.deep.equal(expected);

      // A new file with the same size and times; the same file, changed in place; a resume; annotations that appear,
      // change and go; a run that is removed.
      const file = join(place(6), 'run.json');
      const { atime, mtime, size } = statSync(file);
      writeRun(6, {
        status: 'completex'.replace('x', 'd'),
        best: { valid: { loss: { value: 0.5, step: 1 }, odd: { value: 6, step: 1 } } },
      });
      utimesSync(file, atime, mtime);
      expect(statSync(file).size).to.equal(size);
      const other = join(place(8), 'run.json');
      writeFileSync(other, readFileSync(other, 'utf8').replace('"completed"', '"stopped"'));
      writeFlags(10, { hidden: 32 });
      writeRun(10, { resumes: [{ time: at(1), step: 5 }] });
      rmSync(place(12), { recursive: true });
      const now = expected.filter((number) => ![6, 8, 10, 12].includes(number));
      expect(await numbers({ where, sort: 'number' })).to.deep.equal(now);
      write(join(place(14), 'annotations.json'), { tags: ['paper'] });
      write(join(place(2000), 'annotations.json'), { tags: [] });
      rmSync(join(place(3000), 'annotations.json'));
      expect(await numbers(tagged)).to.deep.equal([10, 9, 8, 7, 6, 5, 4, 1].map((n) => n * 1000));
      expect(await numbers({ where: 'tag = paper and flags.hidden = 64', sort: 'number' })).to.include(14);
    }).timeout(120_000);
  });
});
