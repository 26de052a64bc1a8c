import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from '../cli/folder.js';
import { forge, type Started, startForge } from '../cli/forge-process.js';
import { someRuns, writeRuns } from '../cli/write-runs.js';

/** The URL that `forge ui` has printed. */
async function urlOf({ said, printed }: { said: Started['said']; printed: () => string }): Promise<string> {
  await said(/^http:\S+$/m);
  return /^http:\S+$/m.exec(printed())![0];
}

function startUi(words: readonly string[], cwd: string) {
  const started = startForge(['ui', '--port', '0', ...words], {
    cwd,
    env: { XDG_CACHE_HOME: join(cwd, '.cache') },
    limitMs: 60_000,
  });
  let text = '';
  started.child.stdout!.on('data', (chunk: string) => {
    text += chunk;
  });
  return { ...started, printed: () => text };
}

describe('forge ui', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`prints its URL, answers, and ends in order on ${signal}, also with pages open`, () =>
      inFolder(async (cwd) => {
        await writeRuns(join(cwd, 'results'), someRuns);
        const ui = startUi([], cwd);
        const url = await urlOf(ui);
        const { total } = (await (await fetch(`${url}api/runs`)).json()) as { total: number };
        expect(total).to.equal(someRuns.length);
        expect(await (await fetch(url)).text()).to.include('<script type="module"');
        const events = await fetch(`${url}api/events?table=1`);
        ui.child.kill(signal);
        const { status, stdout, stderr } = await ui.finished;
        expect({ status, stdout, stderr }).to.deep.equal({
          status: 0,
          stdout: `${url}\n`,
          stderr: 'Press Ctrl-C to stop.\n',
        });
        await events.text();
      }));
  }

  it('shows several folders, with their names in the ids; --json prints them', () =>
    inFolder(async (cwd) => {
      await writeRuns(join(cwd, 'a', 'results'), someRuns);
      await writeRuns(join(cwd, 'b', 'results'), someRuns.slice(0, 1));
      const ui = startUi(['a/results', 'b/results', '--json'], cwd);
      await ui.said(/\n/);
      const { url, folders } = JSON.parse(ui.printed());
      expect(folders.map(({ name }: { name: string }) => name)).to.deep.equal(['results', 'results-2']);
      const { rows } = (await (await fetch(`${url}api/runs?where=number%3D1`)).json()) as { rows: { id: string }[] };
      const ids = rows.map(({ id }) => id).sort();
      expect(ids).to.deep.equal(['results-2/digits/1', 'results/digits/1', 'results/letters/1']);
      ui.child.kill('SIGINT');
      await ui.finished;
    }));

  it('names the folder that is none, the run instead of a results folder, and the port that is in use', () =>
    inFolder(async (cwd) => {
      await writeRuns(join(cwd, 'results'), someRuns);
      const missing = await forge(['ui', 'nothing'], { cwd });
      expect(missing.stderr).to.include('There is no folder nothing.');
      const run = await forge(['ui', 'results/digits/1'], { cwd });
      expect(run.stderr).to.include('results/digits/1 is a run.').and.to.include('forge ui ');
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      const used = await forge(['ui', '--port', String(port)], { cwd });
      expect(used.stderr).to.include(`Port ${port} of 127.0.0.1 is in use.`);
      const nowhere = await forge(['ui', '--host', '203.0.113.1'], { cwd });
      expect(nowhere.stderr).to.include('Cannot listen on 203.0.113.1');
      for (const { status } of [missing, run, used, nowhere]) expect(status).to.equal(2);
      other.close();
    }));

  it('beside a training: values come while it runs, and killing the dashboard changes nothing', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
      const train = (name: string) => [
        'train',
        ...configs,
        '--run-name',
        name,
        '--steps',
        '1000',
        '--seed',
        '7',
        '--ms-per-step',
        '6',
      ];
      const alone = await forge(train('alone'), { cwd });
      expect(alone.status, alone.stderr).to.equal(0);
      const ui = startUi([], cwd);
      const url = await urlOf(ui);
      const training = startForge(train('watched'), { cwd });
      const table = await fetch(`${url}api/events?table=1`);
      const reader = table.body!.getReader();
      for (let text = ''; !text.includes('"running":1'); ) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The table ended: ${text}`);
        text += Buffer.from(value).toString();
      }
      const events = await fetch(`${url}api/events?runs=results/watched/1&cursor=0`);
      const first = events.body!.getReader();
      for (let text = ''; !text.includes('event: metrics'); ) {
        const { value, done } = await first.read();
        if (done) throw new Error(`The events ended: ${text}`);
        text += Buffer.from(value).toString();
      }
      ui.child.kill('SIGKILL');
      const { status, stderr } = await training.finished;
      expect(status, stderr).to.equal(0);
      const values = async (name: string) => {
        const text = await readFile(join(cwd, 'results', name, '1', 'metrics.jsonl'), 'utf8');
        const lines = text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        return lines
          .filter(({ split }) => split !== 'system')
          .map(({ step, split, values }) => ({ step, split, loss: values.loss }));
      };
      expect(await values('watched')).to.deep.equal(await values('alone'));
    }));
});
