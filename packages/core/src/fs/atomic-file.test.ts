import promises, { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import { writeFileAtomic } from './atomic-file.js';
import { checksummerFor, checksumOf, crc32Summer, sha256 } from './checksum.js';
import { fsyncDirectory, makeFolder } from './durable-folder.js';
import { type FileSystem, nodeFileSystem, type WritableFile } from './file-system.js';
import { fsError, isMissing } from './fs-error.js';
import { writeNewFile } from './new-file.js';

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => expect.fail('should have failed'),
      (error: unknown) => error,
    );

  const asParts = (pieces: readonly Uint8Array[]) => pieces.map((bytes) => ({ bytes }));

  it('writes a new file and over an old one, and leaves nothing else in the folder', async () => {
    const path = join(folder, 'a.txt');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
    expect(await readFile(path, 'utf8')).to.equal('two');
    expect(await readdir(folder)).to.deep.equal(['a.txt']);
  });

  it('syncs the parent of each folder it creates', async () => {
    const { synced, release } = watchFolderSyncs();
    try {
      await makeFolder(join(folder, 'a/b/c'));
      expect(synced.splice(0)).to.deep.equal([folder, join(folder, 'a'), join(folder, 'a/b')]);
      await makeFolder(join(folder, 'a/b/c'));
      expect(synced).to.deep.equal([]);
    } finally {
      release();
    }
  });

  const noProc = process.platform !== 'linux';
  const why = noProc ? ' (skipped: needs /proc)' : '';
  (noProc ? it.skip : it)(`accepts a file system that cannot sync folders, as /proc${why}`, async () => {
    await fsyncDirectory('/proc');
  });

  it('keeps the target and leaves no temporary file when it fails', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    await writeFile(join(path, 'inside'), '');
    const error = await failure(writeFileAtomic(path, 'x'));
    expect(error).to.have.property('code', 'FILE_SYSTEM');
    expect(error).to.have.property('message').that.includes(`Cannot write ${path}: it is a folder`);
    expect(await readdir(folder)).to.deep.equal(['taken']);
  });

  it('explains system errors in plain words, with a hint', () => {
    const system = (code: string) => Object.assign(new Error(`${code}: x`), { code, syscall: 'write' });
    const full = fsError(system('ENOSPC'), '/runs/1/run.json', 'write');
    expect(full.message).to.equal('Cannot write /runs/1/run.json: the disk is full.');
    expect(full).to.include({ code: 'FILE_SYSTEM', hint: 'Free some space, then try again.' });
    expect(fsError(system('EROFS'), 'x', 'create').message).to.equal('Cannot create x: the file system is read-only.');
    expect(fsError(system('EACCES'), 'x', 'read').message).to.equal('Cannot read x: permission denied.');
    expect(fsError(system('EIO'), 'x', 'read').message).to.equal('Cannot read x: the disk reported a hardware error.');
    expect(isMissing(fsError(system('ENOENT'), 'x', 'read'))).to.equal(true);
    expect(isMissing(system('EACCES'))).to.equal(false);
  });

  it('passes bugs and ForgeErrors through unchanged', () => {
    const bug = new TypeError('x is not a function');
    expect(fsError(bug, 'x', 'read')).to.equal(bug);
    const known = new ForgeError('RUN_INVALID', 'No.');
    expect(fsError(known, 'x', 'read')).to.equal(known);
    expect(isForgeError(fsError(Object.assign(new Error(), { code: 'ERR_ASSERTION' }), 'x', 'read'))).to.equal(false);
  });

  it('computes the checksum of a file while it is written and when it is read', async () => {
    const path = join(folder, 'large');
    const parts = [new Uint8Array(5_000_000).fill(7), new Uint8Array(0), new Uint8Array([1, 2, 3])];
    const whole = Buffer.concat(parts);
    const written = await writeNewFile(path, asParts(parts));
    expect(written).to.deep.equal({ bytes: 5_000_003, checksum: 'crc32:33a977b0' });
    expect(await checksumOf(path, checksummerFor(written.checksum))).to.equal(written.checksum);
    expect(await checksumOf(path, checksummerFor(sha256('')))).to.equal(sha256(whole));
    expect((await readFile(path)).equals(whole)).to.equal(true);
    expect(await failure(writeNewFile(path, asParts(parts)))).to.have.property('code', 'EEXIST');
    expect(isMissing(await failure(checksumOf(join(folder, 'none'), crc32Summer())))).to.equal(true);
  });

  it('inspects every piece, and stops writing with what the inspection throws', async () => {
    const bytes = new Uint8Array(9_000_000).map((_, index) => index);
    const seen: Uint8Array[] = [];
    await writeNewFile(join(folder, 'seen'), [{ bytes, inspect: (piece) => seen.push(piece) }]);
    expect(Buffer.concat(seen).equals(bytes)).to.equal(true);
    const refused = new Error('no');
    const inspect = (piece: Uint8Array) => {
      if (piece.length < 4_000_000) throw refused;
    };
    expect(await failure(writeNewFile(join(folder, 'refused'), [{ bytes, inspect }]))).to.equal(refused);
  });

  it('fails if an earlier sync failed, and if the system writes no bytes', async () => {
    const failing = (changes: (file: WritableFile) => Partial<WritableFile>): FileSystem => ({
      ...nodeFileSystem,
      async create(path) {
        const file = await nodeFileSystem.create(path);
        const { write, datasync, sync, close } = {
          write: file.write.bind(file),
          datasync: file.datasync.bind(file),
          sync: file.sync.bind(file),
          close: file.close.bind(file),
          ...changes(file),
        };
        return { write, datasync, sync, close };
      },
    });
    const eio = () => Object.assign(new Error('EIO: fdatasync'), { code: 'EIO', syscall: 'fdatasync' });
    const unwritten = failing(() => ({ datasync: () => Promise.reject(eio()) }));
    const piece = new Uint8Array(4 * 1024 * 1024);
    const many = Array.from({ length: 20 }, () => piece);
    expect(await failure(writeNewFile(join(folder, 'lost'), asParts(many), unwritten))).to.have.property('code', 'EIO');
    const full = failing(() => ({ write: async () => ({ bytesWritten: 0 }) }));
    expect(await failure(writeNewFile(join(folder, 'stuck'), asParts([piece]), full))).to.have.property('code', 'EIO');
  });
});

/** Records which folders are synced, in order. */
function watchFolderSyncs(): { readonly synced: string[]; release(): void } {
  const synced: string[] = [];
  const { open } = promises;
  promises.open = async (path, ...more) => {
    const handle = await open(path, ...more);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      synced.push(String(path));
    };
    return handle;
  };
  syncBuiltinESMExports();
  const release = () => {
    promises.open = open;
    syncBuiltinESMExports();
  };
  return { synced, release };
}
