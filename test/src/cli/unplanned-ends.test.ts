import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPlugin, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const train = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const slow = [...train, '--run-name', 'line', '--epochs', '1000', '--ms-per-step', '20', '--save-every', '100000'];

const dataThat = (during: string, valid = '') => `import { defineData, flag, fromArrays } from '@forge-ml/core';
import { points } from './points.ts';
export default defineData({
  flags: { batchSize: flag.integer(4, 'Examples.'), examples: flag.integer(20, 'Examples.') },
  async load({ batchSize, examples, seed }) {
    let calls = 0;
    const during = () => { ${during} };
    const pass = (example) => { if (calls++ === 60) during(); return example; };
    return {
      train: fromArrays(points(examples, 0)).shuffle(seed).map(pass).batch(batchSize),
      valid: fromArrays(points(6, 0.5))${valid}.batch(batchSize),
    };
  },
});
`;

async function recordOf(cwd: string): Promise<{ status: string; reason: string | null; step: number }> {
  return JSON.parse(await readFile(join(cwd, 'results', 'line', '1', 'run.json'), 'utf8'));
}

describe('an unexpected end', () => {
  for (const [what, during, said] of [
    ['data that throws', "throw new Error('the disk is gone')", /the disk is gone/],
    ['a throw in a timer', "setTimeout(() => { throw new Error('timer broke'); }, 1)", /timer broke/],
    ['a rejected promise', "Promise.reject(new Error('never caught'))", /never caught/],
  ] as const) {
    it(`${what}: the run is saved, fails with the reason, and can be resumed`, () =>
      inFolder(async (cwd) => {
        await writeToyProject(cwd, { 'data.ts': dataThat(during) });
        const { status, stderr } = await forge(slow, { cwd });
        expect(status).to.equal(1);
        expect(stderr)
          .to.match(said)
          .and.to.match(/^line\/1 failed; its checkpoints are in/m);
        const { status: ended, reason, step } = await recordOf(cwd);
        expect([ended, step > 0]).to.deep.equal(['failed', true]);
        expect(reason).to.match(said);
        const more = [
          'train',
          '--resume',
          'line',
          '--trust-code',
          '--override',
          '--steps',
          String(step + 1),
          '--epochs',
          '99',
        ];
        const resumed = await forge(more, { cwd });
        expect(resumed.stdout, resumed.stderr).to.include(`resumed at step ${step}\n`);
      })).timeout(20_000);
  }

  it('process.exit(0) during training: a message, a reason and a status', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd, { 'data.ts': dataThat('process.exit(0)') });
      const { status, stderr } = await forge(slow, { cwd });
      expect([status, (await recordOf(cwd)).status]).to.deep.equal([1, 'failed']);
      expect(stderr).to.include('process.exit(0) was called by a config');
      expect((await recordOf(cwd)).reason).to.match(/^The process ended with status 0 .*: process\.exit was called\.$/);
    })).timeout(20_000);

  it('process.exit(0) and pending promises while configs load: a message and a status', () =>
    inFolder(async (cwd) => {
      for (const [body, said] of [
        ['process.exit(0)', /process\.exit\(0\) was called/],
        ['await new Promise(() => undefined)', /^Error: load of data\.ts never finished\.$/m],
      ] as const) {
        const content = dataThat('').replace('let calls = 0;', `${body};`);
        await writeToyProject(cwd, { 'data.ts': content.replace('if (calls++ === 60) during(); ', '') });
        const { status, stderr } = await forge(slow, { cwd });
        expect(status, body).to.be.within(1, 2);
        expect(stderr).to.match(said);
      }
    })).timeout(20_000);

  it('a step that never ends: names the backend and the step', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      await installPlugin(cwd, { name: 'forge-backend-hang', forge: { backends: ['hang'] }, module: hangPlugin });
      const { status, stderr } = await forge(
        slow.map((word) => (word === 'toy' ? 'hang' : word)),
        { cwd },
      );
      expect(status).to.equal(1);
      expect(stderr).to.include('The backend hang never finished step 3.');
      const { status: ended, reason } = await recordOf(cwd);
      expect([ended, reason]).to.deep.equal(['failed', 'The backend hang never finished step 3.']);
    })).timeout(20_000);

  it('a full stdout: the run is saved, with the reason', function () {
    if (process.platform !== 'linux') this.skip();
    return inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stderr } = await forge(slow, { cwd, stdout: openSync('/dev/full', 'w') });
      expect(status).to.equal(1);
      expect(stderr).to.match(/Cannot write to stdout: .*ENOSPC/);
      const { status: ended, reason } = await recordOf(cwd);
      expect(ended).to.equal('failed');
      expect(reason).to.include('ENOSPC');
    });
  });

  it('a closed pipe, as with head: no error', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      for (const words of [['--help'], ['train', '--help'], ['runs', '--json']]) {
        const { child, finished } = startForge(words, { cwd });
        child.stdout!.destroy();
        await once(child, 'exit');
        expect((await finished).stderr).to.equal('');
      }
    })).timeout(20_000);

  it('invalid validation data: an error before the first step', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd, { 'data.ts': dataThat('', '.map(({ x }) => ({ x }))') });
      const { status, stderr } = await forge(slow, { cwd });
      expect(status).to.be.within(1, 2);
      expect(stderr).to.match(/^Error: The validation data of .*data\.ts cannot be evaluated: /);
      expect((await forge(['runs', '--json'], { cwd })).stdout).to.include('"runs": []');
    })).timeout(20_000);
});

const hangPlugin = `import { definePlugin } from '@forge-ml/core/plugin';
const session = {
  artefacts: {}, parameters: [], warnings: [],
  step: (_, { step }) => (step === 2 ? new Promise(() => {}) : { loss: 1 }),
  evaluate: () => ({ loss: 1 }), predict: () => ({}),
  capture: () => ({ parameters: new Map(), optimizer: new Map() }), restore() {}, dispose() {},
};
const info = { backend: 'hang', engine: 'e', device: 'cpu', versions: {}, settings: {}, warnings: [] };
const modules = { 'toy-engine': { version: '1.0.0' } };
const engine = { info, modules, build: async ({ load }) => { await load(); return session; }, dispose() {} };
export default definePlugin({
  port: 1,
  backends: { hang: () => ({ port: 1, name: 'hang', engines: async () => [{ name: 'e', usable: true, detail: 'd' }], start: async () => engine }) },
});
`;
