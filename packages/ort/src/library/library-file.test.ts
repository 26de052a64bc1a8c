import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { libraryFile, ortVersion } from './library-file.js';

describe('the library of onnxruntime-node', () => {
  it('has the version that backends pin', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest).dependencies['onnxruntime-node']).to.equal(ortVersion);
  });

  it('is found by name on the platforms that have one', () => {
    const names = ['linux x64', 'linux arm64', 'darwin arm64', 'win32 x64', 'win32 arm64'].map((platform) =>
      libraryFile(platform).path.split(/[/\\]/).slice(-4).join(' '),
    );
    expect(names).to.deep.equal([
      'napi-v6 linux x64 libonnxruntime.so.1',
      'napi-v6 linux arm64 libonnxruntime.so.1',
      'napi-v6 darwin arm64 libonnxruntime.1.30.0.dylib',
      'napi-v6 win32 x64 onnxruntime.dll',
      'napi-v6 win32 arm64 onnxruntime.dll',
    ]);
  });

  it('is unusable on another platform, with the reason', () => {
    expect(() => libraryFile('sunos sparc'))
      .to.throw("ONNX Runtime's C API cannot be used: onnxruntime-node has no library for sunos sparc.")
      .with.property('code', 'ENGINE_UNUSABLE');
  });
});
