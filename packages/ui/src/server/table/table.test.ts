import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { TableAnswer, TableGroup } from '../../protocol/table.js';
import { TestServer } from '../server.test.support.js';
import { shortNames } from './shown-folder.js';

describe('the table of runs', () => {
  const test = new TestServer();
  const ask = async (url: string, query: Readonly<Record<string, string>> = {}): Promise<TableAnswer> => {
    const response = await fetch(`${url}api/runs?${new URLSearchParams(query)}`);
    expect(response.status).to.equal(200);
    return (await response.json()) as TableAnswer;
  };
  const labels = ({ rows }: TableAnswer) => rows.map(({ label }) => label);

  const some = async () => {
    test.writeRun(1, { flags: { seed: 1, hidden: 64 } });
    test.writeRun(2, { flags: { seed: 2, hidden: 64 } });
    test.writeRun(3, { flags: { seed: 1, hidden: 128 }, status: 'failed', reason: 'The loss is NaN.' });
    test.writeRun(1, { experiment: 'letters', flags: { seed: 1, hidden: 64 } });
    return (await test.start()).url;
  };

  it('has the newest runs first, what differs as columns, and every field to choose from', async () => {
    const url = await some();
    const answer = await ask(url);
    expect(answer.total).to.equal(4);
    expect(labels(answer)).to.deep.equal(['digits/3', 'digits/2', 'letters/1', 'digits/1']);
    const keys = answer.columns.map(({ key }) => key);
    expect(keys).to.include.members(['best.train.loss', 'flags.hidden', 'flags.seed']);
    expect(answer.metric).to.equal('train.loss');
    expect(answer.fields!.map(({ key }) => key)).to.include.members([
      'status',
      'tag',
      'flags.hidden',
      'last.train.loss',
    ]);
    const { cells, reason, status } = answer.rows[0]!;
    expect(cells[keys.indexOf('flags.hidden')]).to.equal(128);
    expect({ reason, status }).to.deep.equal({ reason: 'The loss is NaN.', status: 'failed' });
    expect((await ask(url, { offset: '2', limit: '1' })).rows).to.deep.equal([answer.rows[2]]);
    expect(await ask(url, { offset: '2', limit: '1' })).not.to.have.property('fields');
  });

  it('takes the expressions, orders and columns of forge runs', async () => {
    const url = await some();
    const where = 'flags.hidden >= 64 and status = completed';
    expect(labels(await ask(url, { where, sort: 'best.train.loss' }))).to.deep.equal([
      'digits/1',
      'letters/1',
      'digits/2',
    ]);
    const chosen = await ask(url, { columns: 'flags.hidden,status,train.loss', where: 'experiment = letters' });
    expect(chosen.columns.map(({ key, equal }) => [key, equal])).to.deep.equal([
      ['flags.hidden', 64],
      ['status', 'completed'],
      ['best.train.loss', 0.25],
    ]);
    const nothing = await ask(url, { where: 'experiment = leters and status = completed' });
    expect(nothing).to.deep.include({ matching: 0, rows: [], total: 4 });
    expect(nothing.nothing).to.include('Did you mean experiment = letters?');
    const wrong = await fetch(`${url}api/runs?where=flags.hiden>3`);
    expect(wrong.status).to.equal(200);
    expect(await wrong.json()).to.deep.equal({
      problem: {
        code: 'QUERY_INVALID',
        message: 'No run has a flag "hiden".',
        hint: 'Did you mean flags.hidden?',
      },
    });
  });

  it('has groups, whose expressions select their runs', async () => {
    const url = await some();
    for (const group of ['experiment', 'configuration']) {
      const { groups, matching } = await ask(url, { group });
      expect(matching).to.equal(2);
      for (const { where, ids } of groups as TableGroup[]) {
        const found = await ask(url, { where });
        expect(found.rows.map(({ id }) => id).sort()).to.deep.equal([...ids].sort());
      }
    }
    const { groups, columns } = await ask(url, {
      group: 'configuration',
      columns: 'best.train.loss',
      where: 'experiment = digits',
    });
    const wide = groups!.find(({ runs }) => runs === 2)!;
    expect(columns[0]!.key).to.equal('best.train.loss');
    expect(wide.cells).to.deep.equal([0.375]);
    expect(wide.deviations[0]).to.be.closeTo(0.1768, 1e-4);
  });

  it('names configurations by what differs most first, with exact values', async () => {
    for (const [at, rate] of [0.1, 0.0123456789012, 0.001].entries()) {
      test.writeRun(at + 1, { flags: { aaa: at > 0, rate, hidden: 64 } });
    }
    const { groups } = await ask((await test.start()).url, { group: 'configuration' });
    expect(groups!.map(({ title }) => title)).to.deep.equal([
      'rate 0.001, aaa true',
      'rate 0.0123456789012, aaa true',
      'rate 0.1, aaa false',
    ]);
    expect(groups![1]!.flags).to.deep.equal([
      { name: 'rate', value: 0.0123456789012 },
      { name: 'aaa', value: true },
    ]);
  });

  it('follows what changes in the folder', async () => {
    const url = await some();
    const after = async (change: () => void) => {
      change();
      await delay(1_050);
      return ask(url);
    };
    const first = await ask(url);
    const added = await after(() => test.writeRun(4, { status: 'running', ended: null }));
    expect(labels(added)[0]).to.equal('digits/4');
    expect(added.running).to.equal(1);
    expect(added.version).to.be.greaterThan(first.version);
    // A run without a file that says so is none yet.
    const folder = join(test.results, 'digits', '5');
    expect((await after(() => mkdirSync(folder))).total).to.equal(5);
    expect((await after(() => test.writeRun(5))).total).to.equal(6);
    const ended = await after(() => test.writeRun(4, { status: 'completed' }));
    expect(ended.rows.find(({ label }) => label === 'digits/4')!.status).to.equal('completed');
    const content = { formatVersion: 2, tags: ['paper'], note: '', name: '' };
    writeFileSync(join(test.results, 'digits', '1', 'annotations.json'), JSON.stringify(content));
    // Runs that do not train are checked one after another, each within 20 s; here it is one a second.
    let noted = await after(() => undefined);
    for (let turn = 0; turn < 8 && !noted.rows.some(({ tags }) => tags.includes('paper')); turn++) {
      noted = await after(() => undefined);
    }
    expect(noted.rows.find(({ label }) => label === 'digits/1')!.tags).to.deep.equal(['paper']);
    expect((await after(() => rmSync(folder, { recursive: true }))).total).to.equal(5);
    const gone = await after(() => rmSync(join(test.results, 'letters'), { recursive: true }));
    expect(labels(gone)).not.to.include('letters/1');
    const unchanged = await after(() => undefined);
    expect(unchanged.version).to.equal((await after(() => undefined)).version);
  }).timeout(30_000);

  it('shows a folder without runs, a missing one, and several with the same name', async () => {
    mkdirSync(test.results);
    const empty = await ask((await test.start()).url);
    expect(empty).to.deep.include({ total: 0, rows: [], nothing: 'There are no runs yet. forge train starts one.' });
    const missing = join(test.folder, 'a', 'results');
    const { url } = await test.start({ folders: [missing, test.results] });
    expect((await ask(url)).total).to.equal(0);
    test.writeRun(1);
    await delay(1_050);
    const { rows } = await ask(url);
    expect(rows.map(({ id, label }) => [id, label])).to.deep.equal([['results-2/digits/1', 'results-2/digits/1']]);
    expect(shortNames(['/a/results', '/b/results', '/c/my runs, old', '/'])).to.deep.equal([
      'results',
      'results-2',
      'my-runs-old',
      'results-3',
    ]);
  });
});
