import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

/** A package whose commands run until they are stopped, each in its own way. */
const files = {
  'package.json': JSON.stringify({
    name: 'long',
    version: '1.0.0',
    type: 'module',
    forge: { plugin: './plugin.js', port: 1, commands: ['listen', 'wait', 'deaf', 'words', 'leave'] },
  }),
  'plugin.js': `
    import { setTimeout as delay } from 'node:timers/promises';
    const stopped = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    const command = (run, more = {}) => () => ({ summary: 'Run long.', words: [], flags: {}, run, ...more });
    export default { port: 1, commands: {
      // Does nothing but wait.
      listen: command(async ({ signal, print, notice }) => {
        print('Ready at http://localhost.', { url: 'http://localhost' });
        notice('Press Ctrl-C to stop.');
        console.log('other output');
        await stopped(signal);
        await delay(50);
        print('Stopped.', { stopped: true });
        print('Only text.');
      }),
      wait: command(async ({ signal, notice }) => {
        notice('Waiting.');
        await delay(60_000, undefined, { signal });
        return { data: {}, text: 'done' };
      }),
      deaf: command(async ({ print, signal }) => {
        print(signal === undefined ? '' : 'Started.');
        await delay(60_000);
      }),
      // Never reads the signal.
      leave: command(async ({ print }) => {
        print('Started.');
        setInterval(() => {}, 1000);
        if (process.env.STAY) await delay(60_000);
        return { data: { left: true }, text: 'Left.' };
      }),
      words: command(async ({ words, lists, flags }) => {
        return { data: { words, lists, flags }, text: words.join(' ') };
      }, {
        description: 'Takes runs.',
        examples: ['forge words a b --tag x --tag y'],
        words: [{ name: 'run', required: true, repeats: true, description: 'Runs.' }],
        flags: { tag: { kind: 'string', default: null, nullable: true, description: 'A tag.' } },
        repeatable: ['tag'],
      }),
    } };`,
};

function inProject(work: (cwd: string) => Promise<void>): Promise<void> {
  return inFolder(async (cwd) => {
    await writeFiles(cwd, { 'package.json': JSON.stringify({ dependencies: { long: '*' } }) });
    await writeFiles(join(cwd, 'node_modules', 'long'), files);
    await work(cwd);
  });
}

describe("a plugin's command that runs long", () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`prints before its end, and ends in order with status 0 on ${signal}`, () =>
      inProject(async (cwd) => {
        const { child, said, finished } = startForge(['listen'], { cwd, limitMs: 30_000 });
        await said(/^Ready at/m);
        await said(/^Press Ctrl-C/m, 'stderr');
        child.kill(signal);
        expect(await finished).to.deep.equal({
          status: 0,
          stdout: 'Ready at http://localhost.\nother output\nStopped.\nOnly text.\n',
          stderr: 'Press Ctrl-C to stop.\n',
        });
      }));
  }

  it('prints a line of JSON for each datum with --json, and its notices and other output on stderr', () =>
    inProject(async (cwd) => {
      const { child, said, finished } = startForge(['listen', '--json'], { cwd, limitMs: 30_000 });
      await said(/"url"/);
      await said(/other output/, 'stderr');
      child.kill('SIGINT');
      expect(await finished).to.deep.equal({
        status: 0,
        stdout: '{"url":"http://localhost"}\n{"stopped":true}\n',
        stderr: 'Press Ctrl-C to stop.\nother output\n',
      });
    }));

  it('fails with the status of the signal if it could not do its work', () =>
    inProject(async (cwd) => {
      for (const [signal, status] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const) {
        const { child, said, finished } = startForge(['wait'], { cwd, limitMs: 30_000 });
        await said(/^Waiting/m, 'stderr');
        child.kill(signal);
        const end = await finished;
        const stderr = `Waiting.\nError: Stopped by ${signal}.\n  → Run the command again.\n`;
        expect(end).to.deep.equal({ status, stdout: '', stderr });
      }
      const { child, said, finished } = startForge(['wait', '--json'], { cwd, limitMs: 30_000 });
      await said(/^Waiting/m, 'stderr');
      child.kill('SIGINT');
      const { status, stdout, stderr } = await finished;
      expect([status, stderr]).to.deep.equal([130, 'Waiting.\n']);
      expect(JSON.parse(stdout).error).to.include({ code: 'STOPPED', message: 'Stopped by SIGINT.' });
    }));

  it('is ended at once by a second signal', () =>
    inProject(async (cwd) => {
      const { child, said, finished } = startForge(['deaf'], { cwd, limitMs: 30_000 });
      await said(/^Started/m);
      child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(child.exitCode).to.equal(null);
      child.kill('SIGINT');
      expect(await finished).to.deep.equal({ status: 130, stdout: 'Started.\n', stderr: '' });
    }));

  it('is ended by the first signal if it never asks for it', () =>
    inProject(async (cwd) => {
      const { child, said, finished } = startForge(['leave'], { cwd, env: { STAY: '1' }, limitMs: 30_000 });
      await said(/^Started/m);
      child.kill('SIGINT');
      expect(await finished).to.deep.equal({ status: null, stdout: 'Started.\n', stderr: '' });
      expect(child.signalCode).to.equal('SIGINT');
    }));

  it('ends the process when it returns, whatever still runs in it', () =>
    inProject(async (cwd) => {
      const end = await forge(['leave'], { cwd, limitMs: 30_000 });
      expect(end).to.deep.equal({ status: 0, stdout: 'Started.\nLeft.\n', stderr: '' });
    }));

  it('is stopped in order, with status 0, when nothing reads its output any more', () =>
    inProject(async (cwd) => {
      const source = `export default { port: 1, commands: { listen: () => ({ summary: 's', words: [], flags: {},
        async run({ signal, print, notice }) {
          while (!signal.aborted) {
            print('tick');
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          notice('closed in order');
          if (process.env.THROWS) throw signal.reason;
        } }) } };`;
      await writeFiles(join(cwd, 'node_modules', 'long'), { 'plugin.js': source });
      for (const env of [{}, { THROWS: '1' }]) {
        const { child, said, finished } = startForge(['listen'], { cwd, env, limitMs: 30_000 });
        await said(/tick/);
        child.stdout!.destroy();
        const { status, stderr } = await finished;
        expect([status, stderr]).to.deep.equal([0, 'closed in order\n']);
      }
    }));
});

describe("the words and flags of a plugin's command", () => {
  it('may repeat', () =>
    inProject(async (cwd) => {
      const { stdout } = await forge(['words', 'a', '--tag', 'x', 'b', 'c', '--tag=y', '--json'], { cwd });
      expect(JSON.parse(stdout)).to.deep.equal({
        words: ['a', 'b', 'c'],
        lists: { tag: ['x', 'y'] },
        flags: { tag: null },
      });
      const none = await forge(['words'], { cwd });
      expect([none.status, none.stderr]).to.deep.equal([
        2,
        'Error: forge words requires a RUN.\n  → See forge words --help.\n',
      ]);
      const { stdout: help } = await forge(['words', '--help'], { cwd });
      expect(help).to.include('Takes runs.').and.to.include('$ forge words a b --tag x --tag y');
      expect(help)
        .to.match(/RUN\.\.\. /)
        .and.to.match(/--tag=TEXT\.\.\. /);
    }));
});
