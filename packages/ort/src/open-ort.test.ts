import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

const tryToOpen = `
  import('@forge-ml/ort')
    .then(({ openOrt }) => openOrt().release())
    .then(() => console.log('opened'), ({ code, message, hint }) => console.log([code, message, hint].join('\\n')));
`;

describe('openOrt', () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'forge-ort-'));
    const here = join(project, 'node_modules', '@forge-ml');
    mkdirSync(join(here, 'ort'), { recursive: true });
    cpSync(join(root, 'dist'), join(here, 'ort', 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(here, 'ort', 'package.json'));
    symlinkSync(dirname(require.resolve('@forge-ml/core/package.json')), join(here, 'core'));
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const link = (name: string, from: string) => symlinkSync(from, join(project, 'node_modules', name));
  const linkKoffi = () => link('koffi', dirname(require.resolve('koffi')));
  const linkRuntime = () => link('onnxruntime-node', dirname(require.resolve('onnxruntime-node/package.json')));
  const pretend = (name: string, version: string) => {
    const folder = join(project, 'node_modules', name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
    writeFileSync(join(folder, 'index.js'), `module.exports = { version: '${version}' };`);
  };
  const open = () =>
    spawnSync(process.execPath, ['-e', tryToOpen], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: project },
    }).stdout.trim();

  it('opens where both packages are installed', () => {
    linkKoffi();
    linkRuntime();
    expect(open()).to.equal('opened');
  });

  it('says that koffi is missing', () => {
    linkRuntime();
    const [code, message, hint] = open().split('\n');
    expect([code, hint]).to.deep.equal(['ENGINE_UNUSABLE', 'Run npm install koffi@3.3.4.']);
    expect(message).to.match(
      /^ONNX Runtime's C API cannot be used: the package koffi cannot be loaded \(Cannot find module 'koffi'\)\.$/,
    );
  });

  it('says that onnxruntime-node has another version', () => {
    linkKoffi();
    pretend('onnxruntime-node', '1.31.0');
    expect(open().split('\n').slice(0, 2)).to.deep.equal([
      'ENGINE_UNUSABLE',
      "ONNX Runtime's C API cannot be used: onnxruntime-node has version 1.31.0, and only the library of 1.30.0 is known.",
    ]);
  });

  it('says that koffi has another version', () => {
    pretend('koffi', '3.0.0');
    linkRuntime();
    expect(open().split('\n')).to.deep.equal([
      'ENGINE_UNUSABLE',
      "ONNX Runtime's C API cannot be used: koffi has version 3.0.0, not 3.3.4.",
      'Run npm install koffi@3.3.4.',
    ]);
  });
}).timeout(60_000);
