import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ForgeError, ForgeLibrary, verifyRun } from '@forge-ml/core';
import { runPluginCommand } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { report } from '../commands/report.js';
import { decodeJson } from '../protocol/plain-json.js';
import type { ReportContent } from '../protocol/report-content.js';
import {
  changeJson,
  changeRun,
  codeOf,
  trainAgain,
  trainToy,
  useFolder,
  viewedRun,
} from '../views/trained-run.test.support.js';
import type { WrittenReport } from './write-report.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'toy'];
const attack = '</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\u2028';

describe('forge report', () => {
  const folder = useFolder();
  const write = async (
    words: readonly string[],
    flags: Readonly<Record<string, unknown>> = {},
    signal?: AbortSignal,
  ) => {
    const forge = new ForgeLibrary({ directory: folder(), argv: [], warn: () => undefined });
    const given = { forge, words, flags, directory: folder(), ...(signal === undefined ? {} : { signal }) };
    return runPluginCommand(report, given);
  };
  const contentOf = (path: string) => {
    const [, json] = /<script type="application\/json" id="report-content">(.*?)<\/script>/s.exec(
      readFileSync(path, 'utf8'),
    )!;
    return decodeJson(json!) as ReportContent;
  };

  it('writes a run into a file with all that its page shows', async () => {
    const run = await trainToy(folder(), ['--steps', '8', '--save-every', '4']);
    await changeRun(run, { 'git.diff': '+a line\n', 'console.log': 'step 1/8\n' });
    const { data, text } = await write(['toy']);
    const path = join(folder(), 'toy-1-report.html');
    expect(data).to.include({ out: path, format: 'html' });
    expect(text).to.match(/^Wrote .*toy-1-report\.html \(\d/);
    const { runs, comparison } = contentOf(path);
    const [{ view, curves, code, diff, log }] = runs as [ReportContent['runs'][number]];
    expect(comparison).to.equal(null);
    expect(view).to.include({ label: 'toy/1', status: 'completed', step: 8 });
    expect(curves.map(({ metric }) => metric)).to.include.members(['train.loss', 'valid.loss']);
    expect(Object.keys(code)).to.include.members(['0/data.ts', '0/model.ts']);
    expect(diff!.text).to.equal('+a line\n');
    expect(log!.text).to.include('step');
  });

  it('writes the same bytes for the same run', async () => {
    await trainToy(folder(), ['--steps', '4']);
    await write(['toy'], { out: 'a.html' });
    await write(['toy'], { out: 'b.html' });
    expect(readFileSync(join(folder(), 'a.html')).equals(readFileSync(join(folder(), 'b.html')))).to.equal(true);
  });

  it('has no script but its own, whatever a run has in its texts', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    await changeJson(run, 'run.json', (record) => ({
      ...record,
      reason: attack,
      command: [attack],
      versions: { [attack]: attack },
    }));
    await changeJson(run, 'flags.json', (file) => ({
      ...file,
      flags: { [attack]: { value: attack, source: 'sweep' } },
    }));
    await changeRun(run, {
      'annotations.json': JSON.stringify({ formatVersion: 2, tags: [attack], note: attack, name: attack }),
      'console.log': attack,
      'git.diff': attack,
      'metrics.jsonl': `${JSON.stringify({ step: 1, epoch: 0, time: 1, split: attack, values: { [attack]: 1 } })}\n`,
      'media.jsonl': `${JSON.stringify({ step: 1, epoch: 0, time: 1, split: 'valid', name: 'a', kind: 'text', file: 'media/1/valid.a.txt' })}\n`,
      'media/1/valid.a.txt': attack,
    });
    await write(['toy'], { out: 'attack.html' });
    const html = readFileSync(join(folder(), 'attack.html'), 'utf8');
    const own = html.slice(html.lastIndexOf('<script>'));
    const rest = html.slice(0, html.length - own.length);
    expect(rest.match(/<script/gi), 'the data and the compressed script').to.have.length(2);
    expect(rest.match(/<\/script/gi)).to.have.length(2);
    expect(own.match(/<\/script/gi)).to.have.length(1);
    expect(rest).to.not.include('<img').and.not.include('<!--');
    expect(contentOf(join(folder(), 'attack.html')).runs[0]!.log!.text).to.equal(attack);
    await write(['toy'], { format: 'markdown', out: 'attack.md', metrics: null });
    for (const line of readFileSync(join(folder(), 'attack.md'), 'utf8').split('\n')) {
      // Outside of inline code nothing is left of it.
      expect(line.replaceAll(/(`+)(?:(?!\1).)+\1/g, '')).to.not.match(/<script|<img/);
    }
  });

  it('bounds a long run: curves keep their extremes, and texts their ends', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    const values = Array.from({ length: 30_000 }, (_, at) => (at === 12_345 ? 99 : Math.sin(at)));
    const lines = values.map(
      (loss, at) => `{"step":${at + 1},"epoch":0,"time":${at},"split":"train","values":{"loss":${loss}}}\n`,
    );
    await changeRun(run, {
      'metrics.jsonl': lines.join(''),
      'console.log': 'a line of the log\n'.repeat(200_000),
      'git.diff': '+a line of the diff\n'.repeat(200_000),
    });
    const { data } = await write(['toy']);
    expect((data as WrittenReport).bytes).to.be.lessThan(1_000_000);
    const [{ curves, log, diff }] = contentOf((data as WrittenReport).out).runs as [ReportContent['runs'][number]];
    const { values: count, shown, points } = curves.find(({ metric }) => metric === 'train.loss')!;
    expect(count).to.equal(30_000);
    expect(shown).to.be.within(1_000, 2_000);
    const bytes = Buffer.from(points.value, 'base64');
    const decoded = Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readDoubleLE(at * 8));
    expect(Math.max(...decoded)).to.equal(99);
    expect(log!.to).to.equal(log!.size);
    expect(log!.text.length).to.be.lessThan(140_000);
    expect(diff!.truncated).to.equal(true);
  });

  it('compares several runs, with the page of each', async () => {
    await trainToy(folder(), ['--steps', '3']);
    await trainAgain(folder(), [...configs, '--steps', '3', '--hidden', '5']);
    const { data } = await write(['toy/1', 'toy/2']);
    expect((data as WrittenReport).out).to.equal(join(folder(), 'comparison-report.html'));
    const { runs, comparison, codes } = contentOf((data as WrittenReport).out);
    expect(runs.map(({ view }) => view.label)).to.deep.equal(['toy/1', 'toy/2']);
    expect(comparison!.rows.find(({ name }) => name === 'hidden')!.values).to.deep.equal([3, 5]);
    expect(codes['results/toy/1'])
      .to.match(/^sha256:/)
      .and.equal(codes['results/toy/2']);
    writeFileSync(join(folder(), 'sizes.json'), '{ "inputs": 2, "hidden": 4 }\n');
    await trainAgain(folder(), [...configs, '--steps', '3']);
    await write(['toy/1', 'toy/2', 'toy/3'], { out: 'codes.html' });
    const content = contentOf(join(folder(), 'codes.html'));
    const [from, to] = [content.codes['results/toy/1'], content.codes['results/toy/3']];
    const found = content.codeDiffs.find(({ a, b }) => a === from && b === to)!;
    expect(found.diff.files[0]!.diff).to.include('+{ "inputs": 2, "hidden": 4 }');
    expect(content.codeDiffs).to.have.length(2);
  });

  it('has each file of code once, whatever runs have it', async () => {
    await trainToy(folder(), ['--steps', '3']);
    for (const hidden of ['4', '5', '6']) await trainAgain(folder(), [...configs, '--steps', '3', '--hidden', hidden]);
    writeFileSync(join(folder(), 'sizes.json'), '{ "inputs": 2, "hidden": 4 }\n');
    await trainAgain(folder(), [...configs, '--steps', '3']);
    const { data } = await write(['toy/1', 'toy/2', 'toy/3', 'toy/4', 'toy/5']);
    const { out } = data as WrittenReport;
    const { runs, codeTexts } = contentOf(out);
    const [model] = runs.map(({ code }) => codeTexts[code['0/model.ts']!]!.text);
    expect(model).to.include('defineModel');
    for (const { code } of runs) expect(codeTexts[code['0/model.ts']!]!.text).to.equal(model);
    expect(codeTexts[runs[4]!.code['0/sizes.json']!]!.text).to.include('"hidden": 4');
    expect(Object.keys(codeTexts)).to.have.length(Object.keys(runs[0]!.code).length + 1);
    const html = readFileSync(out, 'utf8');
    expect(html.split('defineModel(').length - 1, 'in the file').to.equal(model!.split('defineModel(').length - 1);
  });

  it('leaves code and log out if asked to, and metrics that are not chosen', async () => {
    const run = await trainToy(folder(), ['--steps', '3']);
    await changeRun(run, { 'git.diff': '+secret\n', 'console.log': 'secret\n' });
    await write(['toy'], { code: false, log: false, metrics: 'valid.loss' });
    const path = join(folder(), 'toy-1-report.html');
    const [{ view, curves, code, diff, log, omittedMetrics }] = contentOf(path).runs as [ReportContent['runs'][number]];
    expect([Object.keys(code), diff, log, view.log, view.code.versions]).to.deep.equal([[], null, null, null, []]);
    expect(view.code.hasDiff).to.equal(false);
    expect(curves.map(({ metric }) => metric)).to.deep.equal(['valid.loss']);
    expect(omittedMetrics).to.be.greaterThan(0);
    expect(readFileSync(path, 'utf8')).to.not.include('secret');
  });

  it('names metrics that are not chosen nowhere', async () => {
    await trainToy(folder(), ['--steps', '4', '--save-every', '2']);
    for (const hidden of [2, 4, 5]) await trainAgain(folder(), [...configs, '--steps', '4', '--hidden', `${hidden}`]);
    await write(['toy/1', 'toy/2', 'toy/3', 'toy/4'], { metrics: 'valid.loss', out: 'chosen.html' });
    const { runs, comparison, importance } = contentOf(join(folder(), 'chosen.html'));
    expect(comparison!.metrics.map(({ address }) => address)).to.deep.equal(['valid.loss']);
    expect(Object.keys(importance)).to.deep.equal(['valid.loss']);
    for (const { view, omittedMetrics } of runs) {
      expect(view.metrics.map(({ address }) => address)).to.deep.equal(['valid.loss']);
      expect(omittedMetrics).to.be.greaterThan(0);
      expect(view.checkpoints).to.not.have.length(0);
      for (const { metrics, bestBy } of view.checkpoints) {
        expect([...Object.keys(metrics), ...bestBy].filter((address) => address !== 'valid.loss')).to.deep.equal([]);
      }
    }
  });

  it('writes a damaged run with what is wrong, and a killed one as crashed', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    await changeJson(run, 'run.json', (record) => {
      const { process } = record as { process: object };
      return { ...record, status: 'running', ended: null, process: { ...process, pid: 2 ** 30, birth: undefined } };
    });
    await write(['toy'], { out: 'killed.html' });
    expect(contentOf(join(folder(), 'killed.html')).runs[0]!.view.status).to.equal('crashed');
    await changeRun(run, { 'metrics.jsonl': 'no record\n' });
    await write(['toy'], { out: 'metrics.html' });
    expect(contentOf(join(folder(), 'metrics.html')).runs[0]!.view.damage!.message).to.include('metrics.jsonl');
    await changeRun(run, { 'run.json': '{' });
    await write(['toy/1'], { out: 'damaged.html' });
    expect(contentOf(join(folder(), 'damaged.html')).runs[0]!.view.damage!.message).to.include('run.json');
  });

  it('writes Markdown with a figure for each metric', async () => {
    await trainToy(folder(), ['--steps', '8', '--hidden', '2']);
    const { data } = await write(['toy'], { format: 'markdown' });
    const text = readFileSync(join(folder(), 'toy-1-report.md'), 'utf8');
    expect(text).to.match(/^# `toy\/1`\n/);
    expect(text).to.match(/\| `valid\.loss` \| \d[\d.]* \(step \d+\) \| \d/);
    expect(text).to.include('| `hidden` | `2` | command line |');
    expect(text).to.include('![loss](toy-1-report-loss.svg)');
    const { files } = data as WrittenReport;
    expect(files).to.include(join(folder(), 'toy-1-report-loss.svg'));
    expect(readFileSync(join(folder(), 'toy-1-report-loss.svg'), 'utf8')).to.match(/^<svg /);
    await trainAgain(folder(), [...configs, '--steps', '8', '--hidden', '5']);
    await write(['toy/1', 'toy/2'], { format: 'markdown', metrics: 'valid.loss' });
    const compared = readFileSync(join(folder(), 'comparison-report.md'), 'utf8');
    expect(compared).to.include('| `hidden` | `2` | `5` |');
    expect(compared).to.match(/\| `valid\.loss` \| .*\*\*\d/);
  });

  it('refuses what would be lost or do nothing', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    writeFileSync(join(folder(), 'toy-1-report.html'), 'mine');
    expect(await codeOf(() => write(['toy']))).to.equal('USAGE');
    expect(readFileSync(join(folder(), 'toy-1-report.html'), 'utf8')).to.equal('mine');
    await write(['toy'], { force: true });
    expect(readFileSync(join(folder(), 'toy-1-report.html'), 'utf8')).to.match(/^<!doctype html>/);
    expect(await codeOf(() => write(['toy'], { out: join(run.folder.path, 'code/x.html') }))).to.equal('USAGE');
    expect(await codeOf(() => write(['toy/1', 'toy/1']))).to.equal('USAGE');
    expect(await codeOf(() => write(['toy'], { atEnd: true, out: 'x.html' }))).to.equal('USAGE');
    expect(await codeOf(() => write(['toy', 'toy/1'], { atEnd: true }))).to.equal('USAGE');
    expect(await codeOf(() => write(['tog']))).to.equal('RUN_NOT_FOUND');
    expect(await codeOf(() => write(['toy'], { metrics: 'valid.los', out: 'y.html' }))).to.equal('METRIC_INVALID');
    expect((await readdir(folder())).filter((name) => name.startsWith('.'))).to.deep.equal([]);
  });

  for (const name of ['run.json', 'flags.json', 'code.json', 'checkpoints']) {
    it(`refuses a run whose ${name} is a link out of it`, async () => {
      const run = await trainToy(folder(), ['--steps', '2']);
      const elsewhere = join(folder(), 'outside', name);
      await mkdir(join(folder(), 'outside'));
      const link = join(run.folder.path, name);
      await rename(link, elsewhere);
      await symlink(elsewhere, link);
      for (const format of ['html', 'markdown']) {
        const failure = (await write(['toy/1'], { format }).catch((error: unknown) => error)) as ForgeError;
        expect(failure).to.include({ code: 'PATH_UNSAFE' });
        expect(failure.message).to.include(`${link} is a link`);
        expect(failure.hint).to.match(/Copy the file into the run/);
      }
      expect((await readdir(folder())).filter((file) => file.includes('report'))).to.deep.equal([]);
    });
  }

  it('waits until a run that trains has ended, and writes into its folder', async () => {
    await trainToy(folder(), ['--steps', '1']);
    const cli = fileURLToPath(new URL('../../../cli/bin/forge.js', import.meta.url));
    const words = ['train', ...configs, '--steps', '60', '--ms-per-step', '50'];
    const training = spawn(process.execPath, [cli, ...words], { cwd: folder(), stdio: 'ignore' });
    const ended = new Promise((resolve) => training.on('exit', resolve));
    const path = join(folder(), 'results/toy/2/report.html');
    while (!existsSync(join(folder(), 'results/toy/2/run.json'))) await new Promise((wait) => setTimeout(wait, 50));
    const { data, notices } = await write(['toy/2'], { atEnd: true });
    expect(notices).to.deep.equal(['Waiting until toy/2 has ended.']);
    expect((data as WrittenReport).out).to.equal(path);
    expect(contentOf(path).runs[0]!.view).to.include({ status: 'completed', step: 60 });
    expect(await ended).to.equal(0);
    expect((await verifyRun(viewedRun(join(folder(), 'results'), 'toy', 2).folder)).problems).to.deep.equal([]);
  }).timeout(60_000);

  it('takes metrics that a young run has not measured yet, and checks them at its end', async () => {
    const run = await trainToy(folder(), ['--steps', '4']);
    const record = readFileSync(join(run.folder.path, 'run.json'), 'utf8');
    const metrics = readFileSync(join(run.folder.path, 'metrics.jsonl'), 'utf8');
    await changeRun(run, { 'metrics.jsonl': '' });
    await changeJson(run, 'run.json', (young) => ({ ...young, status: 'running', ended: null, metrics: {}, best: {} }));
    const writing = write(['toy'], { atEnd: true, metrics: 'valid.loss' });
    setTimeout(() => changeRun(run, { 'metrics.jsonl': metrics, 'run.json': record }), 200);
    const { data } = await writing;
    expect(contentOf((data as WrittenReport).out).runs[0]!.curves.map(({ metric }) => metric)).to.deep.equal([
      'valid.loss',
    ]);
    expect(await codeOf(() => write(['toy'], { atEnd: true, metrics: 'valid.los' }))).to.equal('METRIC_INVALID');
  });

  it('stops waiting when it is asked to', async () => {
    const run = await trainToy(folder(), ['--steps', '1']);
    await changeJson(run, 'run.json', (record) => {
      const { process: own } = record as { process: object };
      return { ...record, status: 'running', ended: null, process: own };
    });
    const stop = new AbortController();
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 100);
    const failure = await write(['toy'], { atEnd: true }, stop.signal).catch((error: unknown) => error);
    expect(failure).to.equal(reason);
    expect(existsSync(join(run.folder.path, 'report.html'))).to.equal(false);
  });
});
