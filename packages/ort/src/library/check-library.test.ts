import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkLibrary } from './check-library.js';
import { libraryFile } from './library-file.js';

describe('the check of the library', () => {
  let folder: string;
  let memory: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-ort-'));
    memory = join(folder, 'memory');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (content: string | Uint8Array) => {
    const path = join(folder, 'libonnxruntime.so.1');
    writeFileSync(path, content);
    return { path, hash: createHash('sha256').update(content).digest('hex') };
  };

  it('passes the published library, once for each file', () => {
    const { path, hash } = libraryFile();
    checkLibrary({ path, hash }, memory);
    const [passed] = readdirSync(memory);
    // Were it checked again, it would be remembered again.
    rmSync(join(memory, passed!));
    writeFileSync(join(memory, passed!), '');
    checkLibrary({ path, hash }, memory);
    expect(readdirSync(memory)).to.deep.equal([passed]);
    const copy = join(folder, 'copy.so');
    copyFileSync(path, copy);
    checkLibrary({ path: copy, hash }, memory);
    expect(readdirSync(memory)).to.have.length(2);
  });

  it('refuses a file with other content, and remembers nothing', () => {
    const { path } = file('not a library');
    const { hash } = libraryFile();
    expect(() => checkLibrary({ path, hash }, memory))
      .to.throw(
        "ONNX Runtime's C API cannot be used: the library of onnxruntime-node 1.30.0 is not the published file.",
      )
      .with.property('code', 'ENGINE_UNUSABLE');
    expect(readdirSync(folder)).to.deep.equal(['libonnxruntime.so.1']);
  });

  it('refuses a library that ends the process in which it is tried', () => {
    const broken = file('not a library');
    expect(() => checkLibrary(broken, memory))
      .to.throw(/^ONNX Runtime's C API cannot be used: a first model did not run in a process of its own \(.*\)\.$/)
      .with.property('code', 'ENGINE_UNUSABLE');
    expect(readdirSync(folder)).to.deep.equal(['libonnxruntime.so.1']);
  });

  it('checks again after the file has changed', () => {
    const { path, hash } = libraryFile();
    const copy = join(folder, 'copy.so');
    copyFileSync(path, copy);
    checkLibrary({ path: copy, hash }, memory);
    writeFileSync(copy, 'not a library');
    expect(() => checkLibrary({ path: copy, hash }, memory)).to.throw('is not the published file');
  });

  it('passes where nothing can be remembered', () => {
    checkLibrary(libraryFile(), join(file('not a folder').path, 'memory'));
  });
}).timeout(60_000);
