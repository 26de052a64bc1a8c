import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { runCommand } from '../plugins/command.js';
import { npm, packOwn } from '../plugins/npm.js';

/** A folder in which the runtimes are installed: see CONTRIBUTING. */
const runtimes = process.env.FORGE_RUNTIMES;
const packages = ['core', 'kernels', 'onnx', 'ort', 'ui', 'cli', 'backend-tfjs', 'backend-onnx'] as const;

const nodes = ['node20', 'node22', 'node24', 'node26'];
const program = (name: string) => join(runtimes ?? '', 'node_modules', name, 'bin', name === 'bun' ? 'bun' : 'node');

const files = {
  'data.ts': `import { defineData, flag, fromArrays } from '@forge-ml/core';
const xs = Array.from({ length: 24 }, (_, i) => [i / 24, 1 - i / 24]);
const rows = fromArrays({ x: xs, y: xs.map(([a, b]) => [2 * a! - b!]) });
export default defineData({
  flags: { batchSize: flag.integer(4, 'Examples per minibatch.') },
  load: ({ batchSize, seed }) => ({ train: rows.shuffle(seed).batch(batchSize), valid: rows.batch(batchSize) }),
});
`,
  'tfjs.ts': `import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
export default defineModel({
  load(): TfjsModel {
    const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 4, activation: 'relu' }), tf.layers.dense({ units: 1 })] });
    return {
      predict: ({ x }, { training }) => net.apply(x, { training }),
      loss: ({ y }, out) => tf.losses.meanSquaredError(y, out),
      optimizer: adam(0.01),
      artefacts: { net },
    };
  },
});
`,
  'onnx.ts': `import { adam, dense, meanSquaredError, type OnnxModel, ops, sequential } from '@forge-ml/backend-onnx';
export function load(): OnnxModel {
  const net = sequential(dense(4), ops.relu, dense(1));
  return {
    predict: ({ x }, context) => net(x, context),
    loss: ({ y }, out) => meanSquaredError(y, out),
    optimizer: adam(0.01),
    artefacts: { net },
  };
}
`,
  'load-back.mjs': `import { elements, Forge, tensor } from '@forge-ml/core';
const loaded = await Forge.loadFromCheckpoint(process.argv[2], 12);
await loaded.restore();
const outputs = await loaded.session.predict({ x: tensor(Float32Array.of(0.5, 0.5), [1, 2]) });
console.log(JSON.stringify(Object.values(outputs).map((value) => [...elements(value)])));
await loaded.dispose();
`,
};

/** Every runtime runs the packages as they are installed, not this repository. */
describe('installed from its packages, Forge trains, resumes, loads back and evaluates', () => {
  if (runtimes === undefined) {
    it.skip('on each runtime (FORGE_RUNTIMES is not set: see CONTRIBUTING)');
    return;
  }
  let folder = '';
  let tarballs: Readonly<Record<string, string>> = {};

  before(async function () {
    this.timeout(120_000);
    folder = await makeFolder();
    const packed = packages.map(async (name) => [`@forge-ml/${name}`, `file:${await packOwn(name, folder)}`] as const);
    tarballs = Object.fromEntries(await Promise.all(packed));
  });
  after(() => removeFolder(folder));

  /** A project that depends on Forge's tarballs, installed by npm or pnpm. */
  async function makeProject(by: 'npm' | 'pnpm'): Promise<string> {
    const project = join(folder, by);
    await mkdir(project);
    const dependencies = { ...tarballs, '@tensorflow/tfjs': '4.22.0' };
    const manifest = { private: true, type: 'module', dependencies, pnpm: { overrides: tarballs } };
    await writeFiles(project, { 'package.json': JSON.stringify(manifest), ...files });
    if (by === 'npm') await npm(['install', '--ignore-scripts'], project);
    else {
      const pnpm = join(runtimes!, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
      const words = [pnpm, 'install', '--ignore-scripts', `--store-dir=${join(folder, 'store')}`];
      const installed = await runCommand([process.execPath, ...words], project, {});
      expect(installed.status, installed.stdout + installed.stderr).to.equal(0);
    }
    return project;
  }

  async function tryBackend(runtime: string, project: string, backend: 'tfjs' | 'onnx'): Promise<void> {
    const results = join(project, `results-${runtime.split('/').at(-3)}-${backend}`);
    const forge = join(project, 'node_modules', '@forge-ml', 'cli', 'bin', 'forge.js');
    const run = async (...words: string[]) => {
      const done = await runCommand([runtime, ...words], project, { XDG_DATA_HOME: join(project, '.data') });
      expect(done.status, `${words.join(' ')}\n${done.stdout}${done.stderr}`).to.equal(0);
      return done.stdout;
    };
    const configs = ['--backend', backend, '--data-config', 'data.ts', '--model-config', `${backend}.ts`];
    const train = (...words: string[]) => run(forge, 'train', `--results-dir=${results}`, ...words);
    await train(...configs, '--run-name=whole', '--steps=12', '--save-every=12');
    await train(...configs, '--run-name=parts', '--steps=5', '--save-every=5');
    await train('--resume=parts', '--steps=12', '--override');
    const bytes = (name: string) => readFile(join(results, name, '1', 'checkpoints', '12', 'parameters.safetensors'));
    expect((await bytes('parts')).equals(await bytes('whole')), 'the resumed run ends with the same bits').to.equal(
      true,
    );
    const evaluated = JSON.parse(await run(forge, 'eval', join(results, 'parts', '1'), '--json'));
    expect(evaluated.metrics.loss).to.be.greaterThan(0);
    const [outputs] = JSON.parse(await run('load-back.mjs', join(results, 'parts', '1')));
    expect(outputs).to.have.length(1);
  }

  describe('in a project that npm installed', () => {
    let project = '';
    before(async function () {
      this.timeout(300_000);
      project = await makeProject('npm');
    });
    for (const name of [...nodes, 'bun']) {
      for (const backend of ['tfjs', 'onnx'] as const) {
        it(`${name}, ${backend}`, async function () {
          this.timeout(180_000);
          if (!existsSync(program(name))) {
            console.log(`      (${name} is not installed in FORGE_RUNTIMES)`);
            return this.skip();
          }
          await tryBackend(program(name), project, backend);
        });
      }
    }
  });

  describe('in a project that pnpm installed, with its strict layout', () => {
    let project = '';
    before(async function () {
      this.timeout(300_000);
      project = await makeProject('pnpm');
    });
    for (const backend of ['tfjs', 'onnx'] as const) {
      it(`${backend}`, async function () {
        this.timeout(180_000);
        await tryBackend(process.execPath, project, backend);
      });
    }
  });
});
