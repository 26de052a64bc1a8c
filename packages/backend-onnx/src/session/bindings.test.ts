import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adamw, type Engine, isForgeError, messageOf, type Stats, tensor } from '@forge-ml/core/plugin';
import { sub } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { bindingNames } from '../runtime/protocol.js';
import { requestedBinding } from './binding.js';
import { batchAt, bitsOf, classifier, open, startWith } from './models.test.support.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Trains a model, and prints the losses and what the engine says of itself. */
const script = `
  import { ForgeLibrary } from '@forge-ml/core';
  import { adam, dense, meanSquaredError } from '@forge-ml/backend-onnx';
  const { backends } = new ForgeLibrary();
  const engine = await (await backends.load(await backends.find('onnx'))).start({ engine: 'cpu', searchFrom: [] });
  const tensor = (shape) => {
    const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, at) => Math.sin(at));
    return { dtype: 'float32', shape, bytes: new Uint8Array(values.buffer) };
  };
  const batch = { x: tensor([8, 4]), y: tensor([8, 2]) };
  const net = dense(2);
  const load = () => ({
    predict: ({ x }, context) => net(x, context),
    loss: ({ y }, output) => meanSquaredError(output, y),
    optimizer: adam(0.01),
    artefacts: { net },
  });
  const session = await engine.build({ load, sample: batch, seed: 1 });
  const losses = [];
  for (let step = 0; step < 3; step++) losses.push((await session.step(batch, { step, metrics: true })).loss);
  const { settings, warnings } = engine.info;
  console.log(JSON.stringify({ settings, warnings, losses }));
  await engine.dispose();`;

/** The packages that a training needs, where koffi is not installed. */
async function copyPackages(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@forge-ml'), { recursive: true });
  for (const name of ['core', 'kernels', 'onnx', 'ort', 'backend-onnx']) {
    const [from, to] = [join(root, 'packages', name), join(modules, '@forge-ml', name)];
    await cp(join(from, 'package.json'), join(to, 'package.json'));
    const filter = (path: string) => !/\.(map|d\.ts)$|\.test\./.test(path);
    for (const built of (await readdir(from)).filter((each) => each === 'dist' || each === 'bundle')) {
      await cp(join(from, built), join(to, built), { recursive: true, filter });
    }
  }
  const others = (await readdir(join(root, 'node_modules'))).filter((name) => {
    return name !== 'koffi' && name !== '@koromix' && name !== '@forge-ml' && !name.startsWith('.');
  });
  for (const name of others) await symlink(join(root, 'node_modules', name), join(modules, name));
}

/** An optimizer of a person's own: a part of the graph. */
const own = {
  name: 'own',
  rate: () => 0.01,
  slots: {},
  update: ({ parameter, gradient }: { parameter: never; gradient: never }) => ({
    parameter: sub(parameter, gradient),
    slots: {},
  }),
};

describe('the bindings of ONNX Runtime', () => {
  const models: Record<string, () => unknown> = {
    'an optimizer of kernels, clipped and with sums': () =>
      classifier({ optimizer: adamw(0.01, { clipNorm: 1, clipValue: 0.1, accumulate: 2 }) }),
    'an optimizer of the graph': () => classifier({ optimizer: own as never }),
  };
  for (const [title, load] of Object.entries(models)) {
    it(`compute the same bits, with ${title}`, async () => {
      const results: { stats: Stats[]; state: object; output: object }[] = [];
      for (const binding of bindingNames) {
        const engine = await startWith(binding);
        results.push(await trained(engine, load));
        await engine.dispose();
      }
      expect(results[0]).to.deep.equal(results[1]);
    });
  }

  it('report a step that fails in the same words', async () => {
    const messages: string[] = [];
    for (const binding of bindingNames) {
      const engine = await startWith(binding);
      const session = await open(engine);
      const { labels: _, ...batch } = batchAt(0);
      const labels = tensor(new Uint8Array(16).fill(99));
      try {
        await session.step({ ...batch, labels }, { step: 0, metrics: true });
      } catch (error) {
        messages.push(messageOf(error));
      }
      await engine.dispose();
    }
    expect(messages).to.have.length(2);
    expect(messages[0]).to.equal(messages[1]);
  });

  it('are chosen by FORGE_ONNX_BINDING', () => {
    expect(requestedBinding({})).to.equal('native');
    expect(requestedBinding({ FORGE_ONNX_BINDING: '' })).to.equal('native');
    expect(requestedBinding({ FORGE_ONNX_BINDING: 'package' })).to.equal('package');
    let error: unknown;
    try {
      requestedBinding({ FORGE_ONNX_BINDING: 'other' });
    } catch (thrown) {
      error = thrown;
    }
    expect(isForgeError(error) && `${error.code} ${error.hint}`).to.equal(
      'USAGE Set it to native or package, or to nothing.',
    );
  });

  describe('without koffi', () => {
    let folder: string;
    before(async function () {
      this.timeout(60_000);
      folder = await mkdtemp(join(tmpdir(), 'forge-no-koffi-'));
      await copyPackages(folder);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it('is that of the package, with one line that says why, and the same results', async function () {
      this.timeout(60_000);
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        cwd: folder,
      });
      const { settings, warnings, losses } = JSON.parse(stdout);
      expect(stderr).to.equal('');
      expect(settings.binding).to.equal('package');
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/koffi cannot be loaded .* Run npm install koffi@\S+\. Until then .* the same/);
      expect(warnings[0]).not.to.contain('\n');
      const { stdout: native } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        cwd: root,
      });
      expect(JSON.parse(native).settings.binding).to.equal('native');
      expect(JSON.parse(native).losses).to.deep.equal(losses);
    });
  });

  async function trained(engine: Engine, load: () => unknown) {
    const session = await engine.build({ load, sample: batchAt(0), seed: 7, ema: 0.9 });
    const stats: Stats[] = [];
    for (let step = 0; step < 3; step++) stats.push(await session.step(batchAt(step), { step, metrics: true }));
    const batches = [3, 4, 5].map((step) => batchAt(step));
    stats.push(...(await session.fused!.steps(batches, { step: 3, metrics: true })));
    stats.push(await session.evaluate(batchAt(9), { weights: 'ema' }));
    const { output } = await session.predict(batchAt(2, 5));
    const state = bitsOf(await session.capture());
    await session.dispose();
    return { stats, state, output: output! };
  }
});
