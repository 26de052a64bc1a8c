import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EngineRequest, ForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { loadEngine } from './choose-engine.js';
import { node, nodeGpu } from './native.js';

const name = '@tensorflow/tfjs-node';
const napi = Math.min(8, Number(process.versions.napi));

describe('the native engines', () => {
  let folder: string;
  let request: EngineRequest;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'forge-native-'));
    request = { searchFrom: [path.join(folder, 'configs'), folder] };
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Installs a package that looks like the real one, with an addon that is not a library. */
  async function install(options: { addon: boolean; code?: string }): Promise<void> {
    const home = path.join(folder, 'node_modules', name);
    const binary = {
      module_name: 'tfjs_binding',
      module_path: './lib/napi-v{napi_build_version}',
      napi_versions: [3, 4, 5, 6, 7, 8],
    };
    await mkdir(path.join(home, `lib/napi-v${napi}`), { recursive: true });
    await writeFile(
      path.join(home, 'package.json'),
      JSON.stringify({ name, version: '4.22.0', binary, main: 'index.js' }),
    );
    await writeFile(path.join(home, 'index.js'), options.code ?? `require('./lib/napi-v${napi}/tfjs_binding.node')`);
    if (options.addon) await writeFile(path.join(home, `lib/napi-v${napi}/tfjs_binding.node`), 'not a library');
  }

  async function failure(start: Promise<unknown>): Promise<ForgeError> {
    const error = await start.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(ForgeError);
    expect(error).to.have.property('code', 'ENGINE_UNUSABLE');
    return error as ForgeError;
  }

  it('are not installed where no folder has the package', async () => {
    const remedy = 'npm install @tensorflow/tfjs-node-gpu@4.22.0';
    const detail = '@tensorflow/tfjs-node-gpu is not installed';
    expect(nodeGpu.status(request)).to.deep.equal({ name: 'node-gpu', usable: false, detail, remedy });
    const error = await failure(nodeGpu.start(request));
    expect(error.message).to.equal(`The engine node-gpu cannot be used: ${detail}.`);
    expect(error.hint).to.contain(remedy);
  });

  it('are found in the nearest folder, and inspected without being loaded', async () => {
    await install({ addon: true, code: 'throw new Error("loaded")' });
    const status = node.status(request);
    expect(status).to.deep.equal({
      name: 'node',
      usable: true,
      detail: `native TensorFlow on the CPU (${name} 4.22.0)`,
    });
  });

  it('are not usable where the addon was not built', async () => {
    await install({ addon: false });
    const status = node.status(request);
    expect(status.usable).to.equal(false);
    expect(status.detail).to.contain('not built');
    expect(status.remedy).to.equal('npm rebuild @tensorflow/tfjs-node --build-addon-from-source');
  });

  it('name the library that does not load', async () => {
    await install({ addon: true });
    const error = await failure(node.start(request));
    expect(error.message).to.contain('a library that is missing').and.contain('tfjs_binding.node');
  });

  it("report that the package's own check finds no addon, and that a part of it is missing", async () => {
    await install({ addon: true, code: 'throw new Error("The Node.js native addon module (x) can not be found")' });
    expect((await failure(node.start(request))).message).to.contain('not built');
    await install({ addon: true, code: 'require("gone-for-good")' });
    expect((await failure(node.start(request))).message).to.contain(
      "not installed completely: Cannot find module 'gone",
    );
  });

  it('are replaced by the next engine, with a warning', async () => {
    await install({ addon: true });
    const { info } = await loadEngine(request);
    expect(info.engine).to.equal('wasm');
    expect(info.warnings).to.have.length(1);
    expect(info.warnings[0]).to.contain('The engine node cannot be used');
  });

  it('are not replaced if requested by name', async () => {
    await install({ addon: true });
    await failure(loadEngine({ ...request, engine: 'node' }));
  });

  it('are listed for an unknown name', async () => {
    const error = await failure(loadEngine({ ...request, engine: 'nod' }));
    expect(error.hint).to.equal('Available: node-gpu, node, wasm, cpu.');
  });
});
