import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { OnnxBackend } from './backend.js';
import { bindingNames } from './runtime/protocol.js';
import { threadCount } from './session/threads.js';

describe('the onnx backend', () => {
  const backend = new OnnxBackend();

  it('lists its engines in order of preference, and how to make the others usable', async () => {
    const statuses = await backend.engines();
    expect(statuses.map(({ name }) => name)).to.deep.equal(['cuda', 'webgpu', 'cpu']);
    for (const { name, usable, remedy } of statuses) if (!usable) expect(remedy, name).to.be.a('string');
    expect(statuses.at(-1)).to.include({ usable: true });
  });

  it('lists cpu as not usable where FORGE_ONNX_BINDING names no binding, and what to set', async () => {
    const before = process.env.FORGE_ONNX_BINDING;
    process.env.FORGE_ONNX_BINDING = 'other';
    try {
      expect((await backend.engines()).at(-1)).to.deep.equal({
        name: 'cpu',
        usable: false,
        detail: 'FORGE_ONNX_BINDING is "other", which is no binding.',
        remedy: 'Set it to native or package, or to nothing.',
      });
    } finally {
      if (before === undefined) delete process.env.FORGE_ONNX_BINDING;
      else process.env.FORGE_ONNX_BINDING = before;
    }
  });

  for (const engine of ['cuda', 'webgpu']) {
    it(`reports why ${engine} does not start, and works without it`, async () => {
      const started = await backend.start({ engine, searchFrom: [] }).catch((error: unknown) => error);
      if (!isForgeError(started)) {
        await (started as { dispose(): unknown }).dispose();
        return;
      }
      expect(started.code).to.equal('ENGINE_UNUSABLE');
      expect(started.message).to.contain(`The engine ${engine} did not start`);
      expect(started.hint).to.contain(engine === 'cuda' ? 'ONNXRUNTIME_NODE_INSTALL=cuda12' : 'Vulkan');
      const cpu = await backend.start({ engine: 'cpu', searchFrom: [] });
      await cpu.dispose();
    });
  }

  it('reports it once: ONNX Runtime itself prints nothing about the libraries that cuda lacks', async () => {
    const script = `
      const { OnnxBackend } = await import(${JSON.stringify(new URL('./backend.js', import.meta.url))});
      const started = await new OnnxBackend().start({ engine: 'cuda', searchFrom: [] }).catch(({ code }) => code);
      console.log(typeof started === 'string' ? started : 'started');
      process.exit();`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).to.be.oneOf(['ENGINE_UNUSABLE', 'started']);
    expect(stderr).to.equal('');
  });

  it('records what changes bits', async () => {
    const engine = await backend.start({ engine: 'cpu', gpu: '0', searchFrom: [] });
    const { convolutionBlock, binding, ...settings } = engine.info.settings;
    expect(settings).to.deep.equal({ threads: threadCount(), graphOptimizationLevel: 'all', updates: 'kernels' });
    expect(binding).to.be.oneOf(bindingNames);
    expect(convolutionBlock).to.be.oneOf([16, 8, 'none']);
    expect(engine.info.warnings).to.deep.equal(['The engine cpu runs on the CPU; --gpu 0 has no effect.']);
    expect(engine.modules['@forge-ml/backend-onnx']).to.include.keys('dense', 'adam', 'gradients', 'ops');
    await engine.dispose();
  });

  it('reads the number of threads from FORGE_ONNX_THREADS or FORGE_THREADS', () => {
    expect(threadCount({ FORGE_ONNX_THREADS: '3' })).to.equal(3);
    expect(threadCount({ FORGE_ONNX_THREADS: '12', FORGE_THREADS: '2' })).to.equal(12);
    expect(threadCount({ FORGE_THREADS: '2' })).to.equal(2);
    expect(threadCount({ FORGE_THREADS: '12' })).to.equal(8);
    expect(threadCount({})).to.be.within(1, 8);
    expect(() => threadCount({ FORGE_ONNX_THREADS: 'many' })).to.throw('not "many"');
  });

  it('loads no ONNX Runtime before an engine is started, and lets the process end by itself after', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { default: plugin } = await import(${JSON.stringify(new URL('./plugin.js', import.meta.url))});
      const backend = await plugin.backends.onnx();
      await backend.engines();
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => file.endsWith('.js')).join());
      await backend.start({ engine: 'cpu', searchFrom: [] });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect(stdout).not.to.contain('onnxruntime');
  });
});
