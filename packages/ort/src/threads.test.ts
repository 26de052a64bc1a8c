import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { floats, identityModel, tensorIn } from './models.test.support.js';
import { openOrt, terminateRun } from './open-ort.js';
import type { ThreadOrder } from './threads.test.support.js';

const thread = (task: ThreadOrder['task'], value = 0) =>
  new Worker(new URL('./threads.test.support.js', import.meta.url), {
    workerData: { task, value } satisfies ThreadOrder,
  });

/** Runs code in a new process, with what it needs imported. @returns what it prints */
function inProcess(code: string, env: NodeJS.ProcessEnv = process.env): string {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url));
  const preamble = `
    const { openOrt } = await import(${url('./index.js')});
    const { identityModel, tensorIn, floats } = await import(${url('./models.test.support.js')});
    const { Worker } = await import('node:worker_threads');
    const { once } = await import('node:events');
    const thread = (task) => new Worker(new URL(${url('./threads.test.support.js')}), { workerData: { task, value: 1 }, execArgv: [] });
    const natively = () => {
      const ort = openOrt();
      const binding = ort.createSession(identityModel()).bind();
      const [x, y] = [tensorIn([1]), tensorIn([1])];
      floats(x)[0] = 5;
      binding.bindInput('x', x);
      binding.bindOutput('y', y);
      binding.run();
      return { value: floats(y)[0], release: () => ort.release(), again: () => binding.run() };
    };
    const byPackage = async () => {
      const ort = await import('onnxruntime-node');
      const session = await ort.InferenceSession.create(identityModel());
      const x = new ort.Tensor('float32', [6], [1]);
      return { value: (await session.run({ x })).y.data[0], release: () => session.release() };
    };
  `;
  return execFileSync(process.execPath, ['--input-type=module', '-e', preamble + code], { encoding: 'utf8', env });
}

describe("ONNX Runtime's C API in one process", () => {
  it("works together with the package's own binding, whichever is loaded and released first", () => {
    for (const [first, second] of [
      ['natively', 'byPackage'],
      ['byPackage', 'natively'],
    ]) {
      const said = inProcess(`
        const first = await ${first}();
        const second = await ${second}();
        await first.release();
        const third = await ${first}();
        await second.release();
        const fourth = await ${second}();
        await third.release();
        await fourth.release();
        process.stdout.write([first, second, third, fourth].map(({ value }) => value).join());
      `);
      expect(said.split(',').sort()).to.deep.equal(['5', '5', '6', '6']);
    }
  }).timeout(60_000);

  it('has one binding in each of several threads at once', async () => {
    const ort = openOrt();
    const binding = ort.createSession(identityModel()).bind();
    const [x, y] = [tensorIn([1]), tensorIn([1])];
    binding.bindInput('x', x);
    binding.bindOutput('y', y);
    const threads = [1000, 2000, 3000, 4000].map((value) => thread('run many', value));
    const answers = Promise.all(threads.map((each) => once(each, 'message')));
    const ends = Promise.all(threads.map((each) => once(each, 'exit')));
    for (let run = 0; run < 500; run++) {
      floats(x)[0] = run;
      binding.run();
      expect(floats(y)[0]).to.equal(run);
      if (run % 100 === 0) await setTimeout(5);
    }
    expect((await answers).flat()).to.deep.equal(Array(4).fill({ wrong: 0 }));
    expect(await ends).to.deep.equal(Array(4).fill([0]));
    binding.run();
    ort.release();
  }).timeout(60_000);

  it('ends a run of another thread', async () => {
    const worker = thread('run long');
    const [{ handle }] = await once(worker, 'message');
    await setTimeout(300);
    const began = performance.now();
    expect(terminateRun(handle)).to.equal(true);
    const [answer] = await once(worker, 'message');
    expect(answer).to.deep.equal({
      code: 'STOPPED',
      message: 'ONNX Runtime: Exiting due to terminate flag being set to true.',
    });
    expect(performance.now() - began).to.be.below(5000);
    await once(worker, 'exit');
    expect(terminateRun(handle)).to.equal(false);
  }).timeout(120_000);

  it('ends a run of another thread without checking the library again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-ort-'));
    try {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      const said = inProcess(
        `
        const { terminateRun } = await import(${JSON.stringify(new URL('./index.js', import.meta.url))});
        const worker = thread('run long');
        const [{ handle }] = await once(worker, 'message');
        process.execPath = 'nothing';
        terminateRun(handle);
        const [{ code }] = await once(worker, 'message');
        process.stdout.write(code);
      `,
        { ...process.env, XDG_CACHE_HOME: file },
      );
      expect(said).to.equal('STOPPED');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);

  it('stays usable after threads that ended without a release, by themselves or from outside', () => {
    const said = inProcess(`
      for (let i = 0; i < 3; i++) {
        const worker = thread('leave all');
        await once(worker, 'message');
        await (i === 0 ? once(worker, 'exit') : worker.terminate());
      }
      const used = natively();
      used.again();
      process.stdout.write(String(used.value));
    `);
    expect(said).to.equal('5');
  }).timeout(60_000);

  it('keeps the library loaded after a collection of garbage', () => {
    const said = inProcess(`
      const { collectGarbage } = await import(${JSON.stringify(new URL('./models.test.support.js', import.meta.url))});
      const used = natively();
      for (let i = 0; i < 5; i++) {
        collectGarbage();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      used.again();
      process.stdout.write(String(used.value));
    `);
    expect(said).to.equal('5');
  }).timeout(60_000);

  it('sends and stores nothing about its user, from the main thread or from another', () => {
    const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...environment } = process.env;
    for (const use of ['natively()', "await once(thread('leave all'), 'exit')"]) {
      const home = mkdtempSync(join(tmpdir(), 'forge-home-'));
      try {
        inProcess(use, { ...environment, HOME: home });
        expect(readdirSync(join(home, '.cache'))).to.deep.equal(['forge']);
      } finally {
        rmSync(home, { recursive: true });
      }
    }
  }).timeout(60_000);

  it('writes a profile to the path of its option', () => {
    const folder = mkdtempSync(join(tmpdir(), 'forge-ort-'));
    try {
      const ort = openOrt();
      const session = ort.createSession(identityModel(), { profile: join(folder, 'trace'), optimization: 'none' });
      const binding = session.bind();
      binding.bindInput('x', tensorIn([1]));
      binding.bindOutput('y', tensorIn([1]));
      binding.run();
      const path = session.endProfiling()!;
      expect(path).to.match(/trace.*\.json$/);
      const events = JSON.parse(readFileSync(path, 'utf8')) as readonly { readonly name: string }[];
      expect(events.map(({ name }) => name)).to.include('model_run');
      expect(ort.createSession(identityModel()).endProfiling()).to.equal(undefined);
      ort.release();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
