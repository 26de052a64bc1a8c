import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { readGitState } from './git-state.js';

const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'protocol.file.allow=always'];
const git = (folder: string, ...parameters: string[]): string =>
  execFileSync('git', [...identity, '-C', folder, ...parameters], { encoding: 'utf8', stdio: 'pipe' }).trim();

/** Mode and content by path of every file in a folder, except those in `skip`. */
function snapshot(folder: string, skip = ['.git']): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isDirectory() || skip.some((part) => name.split('/').includes(part))) continue;
    const content = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'latin1');
    files[name] = `${(lstatSync(path).mode & 0o111) !== 0 ? 'x' : '-'} ${content}`;
  }
  return files;
}

describe('readGitState', () => {
  let parent: string;
  let repository: string;
  const write = (name: string, content: string | Uint8Array = 'text\n'): void => {
    const path = join(repository, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };

  beforeEach(() => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'forge-git-test-')));
    repository = join(parent, 'repo "with" ö:space');
    mkdirSync(repository);
    git(repository, 'init', '-q', '-b', 'main');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  function commitAll(): string {
    git(repository, 'add', '-A');
    git(repository, 'commit', '-q', '-m', 'c');
    return git(repository, 'rev-parse', 'HEAD');
  }

  function applied(patch: Uint8Array | null): Record<string, string> {
    const clone = join(parent, 'clone');
    git(parent, 'clone', '-q', repository, clone);
    writeFileSync(join(parent, 'git.diff'), patch ?? '');
    if (patch !== null) git(clone, 'apply', join(parent, 'git.diff'));
    return snapshot(clone);
  }

  it('returns commit and branch of a clean repository, from a folder inside it', async () => {
    write('src/deep/model.ts');
    const commit = commitAll();
    const state = await readGitState(join(repository, 'src/deep'));
    expect(state).to.deep.equal({ commit, branch: 'main', dirty: false, patch: null, omitted: [] });
  });

  it('returns a patch that turns a clean clone into exactly the current files', async () => {
    write('.gitignore', 'ignored/\n');
    write('changed.ts', 'one\ntwo\nthree');
    write('deleted.ts');
    write('moved.ts', 'moved\n'.repeat(50));
    write('script.sh');
    write(
      'weights.bin',
      Uint8Array.from({ length: 3000 }, (_, index) => index * 7),
    );
    write('staged.ts');
    write('becomes-folder');
    commitAll();
    write('changed.ts', 'one\n2\nthree');
    rmSync(join(repository, 'deleted.ts'));
    git(repository, 'mv', 'moved.ts', 'there.ts');
    chmodSync(join(repository, 'script.sh'), 0o755);
    write(
      'weights.bin',
      Uint8Array.from({ length: 3000 }, (_, index) => index * 11),
    );
    write('staged.ts', 'staged\n');
    write('staged-new.ts');
    git(repository, 'add', 'staged.ts', 'staged-new.ts');
    write('staged.ts', 'staged, then changed\n');
    rmSync(join(repository, 'becomes-folder'));
    write('becomes-folder/inside.ts');
    write('untracked/new "file" *[ä].ts', 'no newline at the end');
    write(':(top)odd name\twith\ttabs');
    write('untracked/empty');
    write('untracked/latin1.txt', Buffer.from('gr\xf6\xdfe\r\n', 'latin1'));
    write(
      'untracked/image.bin',
      Uint8Array.from({ length: 5000 }, (_, index) => (index * index) % 251),
    );
    write('untracked/run.sh', '#!/bin/sh\n');
    chmodSync(join(repository, 'untracked/run.sh'), 0o755);
    symlinkSync('../changed.ts', join(repository, 'untracked/link'));
    const before = snapshot(repository);
    write('ignored/secret');

    const state = await readGitState(repository);
    expect(state).to.include({ dirty: true });
    expect(state?.omitted).to.deep.equal([]);
    expect(applied(state!.patch)).to.deep.equal(before);
  });

  it('detects a change of the same size within the second of the commit', async () => {
    const second = Math.floor(Date.now() / 1000) - 10;
    write('model.ts', 'rate = 1\n');
    utimesSync(join(repository, 'model.ts'), second, second);
    commitAll();
    write('model.ts', 'rate = 2\n');
    utimesSync(join(repository, 'model.ts'), second, second);
    utimesSync(join(repository, '.git/index'), second, second);
    expect(applied((await readGitState(repository))!.patch)).to.deep.equal({ 'model.ts': '- rate = 2\n' });
  });

  it('does not modify the repository or run programs that it configures', async () => {
    write('model.ts');
    write('.gitattributes', '*.ts diff=spy\n');
    commitAll();
    const spy = join(parent, 'spy');
    writeFileSync(`${spy}.sh`, `#!/bin/sh\necho "$0 $@" >> '${spy}'\n`, { mode: 0o755 });
    for (const name of ['core.fsmonitor', 'diff.external', 'diff.spy.textconv', 'diff.spy.command', 'core.pager']) {
      git(repository, 'config', name, `${spy}.sh`);
    }
    mkdirSync(join(repository, '.git/hooks'), { recursive: true });
    writeFileSync(join(repository, '.git/hooks/post-index-change'), `#!/bin/sh\necho hook >> '${spy}'\n`, {
      mode: 0o755,
    });
    const settings = { noprefix: 'true', mnemonicPrefix: 'true', context: '0', renames: 'copies', submodule: 'log' };
    for (const [name, value] of Object.entries(settings)) git(repository, 'config', `diff.${name}`, value);
    git(repository, 'config', 'color.ui', 'always');
    write('model.ts', 'changed\n');
    write('new.ts');
    const stamps = () =>
      readdirSync(join(repository, '.git'), { recursive: true, encoding: 'utf8' }).map((name) => {
        const { mtimeMs, size } = statSync(join(repository, '.git', name));
        return [name, mtimeMs, size];
      });
    const [before, files] = [stamps(), snapshot(repository)];

    const state = await readGitState(repository);
    expect(existsSync(spy) ? readFileSync(spy, 'utf8') : '').to.equal('');
    expect(stamps()).to.deep.equal(before);
    expect(applied(state!.patch)).to.deep.equal(files);
  });

  it('runs no filter of the repository, whatever its name, and lists the filtered files as omitted', async () => {
    const spy = join(parent, 'filter-ran');
    const names = ['lfs', 'odd "name" = ü', 'pro.cess'];
    writeFileSync(
      join(repository, '.gitattributes'),
      '*.big filter=lfs\n*.odd filter=odd\n*.proc filter=pro.cess\n*.none filter=unknown\n',
    );
    for (const end of ['big', 'odd', 'proc', 'none']) writeFileSync(join(repository, `tracked.${end}`), 'before\n');
    git(repository, 'add', '-A');
    git(repository, 'commit', '-q', '-m', 'attributes');
    for (const name of names) {
      for (const setting of ['clean', 'smudge', 'process']) {
        git(repository, 'config', `filter.${name}.${setting}`, `touch '${spy}'; cat`);
      }
      git(repository, 'config', `filter.${name}.required`, 'true');
    }
    for (const end of ['big', 'odd', 'proc', 'none'])
      writeFileSync(join(repository, `tracked.${end}`), 'after, longer\n');
    writeFileSync(join(repository, 'untracked.big'), 'new\n');
    const state = await readGitState(repository);
    expect(existsSync(spy)).to.equal(false);
    const omitted = state!.omitted.join('\n');
    for (const name of ['tracked.big', 'tracked.proc', 'untracked.big']) {
      expect(omitted).to.include(`${name} (stored through a git filter; filters are not run)`);
    }
    expect(String(state!.patch)).to.include('tracked.none').and.not.to.include('tracked.big');
    // git itself runs them, and fails: they do not implement the filter protocol.
    expect(() => git(repository, 'add', 'untracked.big')).to.throw();
    expect(existsSync(spy)).to.equal(true);
  });

  it('omits excluded folders, also through a link, and ignores excluded folders outside', async () => {
    write('model.ts');
    commitAll();
    write('results/mnist/1/run.json');
    write('results-of-others/kept.txt');
    symlinkSync(join(repository, 'results'), join(parent, 'link'));
    for (const folder of [join(repository, 'results'), join(parent, 'link')]) {
      const state = await readGitState(repository, { exclude: [folder, parent, join(parent, 'none'), repository] });
      const patch = Buffer.from(state!.patch!).toString();
      expect(patch).to.include('results-of-others/kept.txt');
      expect(patch).not.to.include('run.json');
    }
    rmSync(join(repository, 'results-of-others'), { recursive: true });
    expect(await readGitState(repository, { exclude: [join(repository, 'results')] })).to.include({ dirty: false });
  });

  it('lists untracked files over 1 MiB as omitted', async () => {
    write('model.ts');
    commitAll();
    write('data.bin', new Uint8Array(3 << 20));
    write('new.ts');
    const state = await readGitState(repository);
    expect(state?.omitted).to.deep.equal(['data.bin (untracked, 3.0 MiB)']);
    expect(Object.keys(applied(state!.patch))).to.have.members(['model.ts', 'new.ts']);
  });

  it('lists files with secrets as omitted, untracked or changed', async () => {
    write('.npmrc', '//registry/:_authToken=SECRET\n');
    git(repository, 'add', '.npmrc');
    git(repository, 'commit', '-qm', 'more');
    for (const name of ['.npmrc', '.env', 'app/.env.local', 'keys/id_rsa', 'server.pem', 'private.txt'])
      write(name, 'SECRET\n');
    chmodSync(join(repository, 'private.txt'), 0o600);
    for (const name of ['.env.example', 'tokenizer.ts']) write(name, `for ${name}\n`);
    const state = await readGitState(repository);
    const patch = Buffer.from(state!.patch!).toString();
    expect(patch).not.to.include('SECRET');
    expect(patch).to.include('for .env.example').and.to.include('for tokenizer.ts');
    expect([...state!.omitted].sort()).to.deep.equal([
      '.env (may hold secrets)',
      '.npmrc (changed, may hold secrets)',
      'app/.env.local (may hold secrets)',
      'keys/id_rsa (may hold secrets)',
      'private.txt (not readable by others)',
      'server.pem (may hold secrets)',
    ]);
  });

  it('omits large changed files from a patch that would be too long, then the whole patch', async () => {
    write('model.ts');
    const weights = randomBytes(2 << 20);
    write('weights.bin', weights);
    commitAll();
    write('model.ts', 'changed\n');
    write(
      'weights.bin',
      weights.map((byte) => byte ^ 0x5a),
    );
    const state = await readGitState(repository, { maxBytes: 1 << 20 });
    expect(state?.omitted).to.deep.equal(['weights.bin (changed, over 1 MiB)']);
    expect(applied(state!.patch)['model.ts']).to.equal('- changed\n');
    const none = await readGitState(repository, { maxBytes: 100 });
    expect(none).to.deep.include({
      dirty: true,
      patch: null,
      omitted: ['the whole patch (the output of git diff is too long)'],
    });
  });

  it('reads a repository without commits', async () => {
    write('model.ts');
    const state = await readGitState(repository);
    expect(state).to.include({ commit: null, branch: 'main', dirty: true });
    expect(Buffer.from(state!.patch!).toString()).to.include('+++ b/model.ts');
  });

  it('reads a detached HEAD, a linked worktree and a merge with conflicts', async () => {
    write('model.ts', 'base\n');
    const commit = commitAll();
    git(repository, 'worktree', 'add', '-q', '-b', 'other', join(parent, 'worktree'));
    writeFileSync(join(parent, 'worktree/model.ts'), 'theirs\n');
    const worktree = await readGitState(join(parent, 'worktree'));
    expect(worktree).to.include({ commit, branch: 'other', dirty: true });
    expect(Buffer.from(worktree!.patch!).toString()).to.include('+theirs');
    git(join(parent, 'worktree'), 'commit', '-q', '-am', 'theirs');
    write('model.ts', 'ours\n');
    commitAll();
    expect(() => git(repository, 'merge', '-q', 'other')).to.throw();
    const files = snapshot(repository);
    const merging = await readGitState(repository);
    expect(merging).to.include({ branch: 'main', dirty: true });
    expect(applied(merging!.patch)).to.deep.equal(files);
    git(repository, 'reset', '-q', '--hard');
    git(repository, 'checkout', '-q', '--detach');
    expect(await readGitState(repository)).to.include({ branch: null, dirty: false });
  });

  it('reads a submodule as a repository, and lists it as omitted in the outer repository', async () => {
    const inner = join(parent, 'inner');
    mkdirSync(inner);
    git(inner, 'init', '-q', '-b', 'main');
    writeFileSync(join(inner, 'lib.ts'), 'lib\n');
    git(inner, 'add', '-A');
    git(inner, 'commit', '-q', '-m', 'c');
    git(repository, 'submodule', '--quiet', 'add', inner, 'lib');
    commitAll();
    writeFileSync(join(repository, 'lib/lib.ts'), 'changed\n');
    mkdirSync(join(repository, 'nested'));
    git(join(repository, 'nested'), 'init', '-q');
    const outer = await readGitState(repository);
    expect(outer).to.include({ dirty: true, patch: null });
    expect(outer?.omitted).to.deep.equal([
      'nested/ (a separate repository)',
      'lib (a submodule: the patch has only its commit)',
    ]);
    const state = await readGitState(join(repository, 'lib'));
    expect(state?.commit).to.equal(git(inner, 'rev-parse', 'HEAD'));
    expect(Buffer.from(state!.patch!).toString()).to.include('+changed');
  });

  it('ignores the environment of a git hook', async () => {
    write('model.ts');
    const commit = commitAll();
    process.env.GIT_DIR = join(parent, 'nowhere');
    process.env.GIT_INDEX_FILE = join(parent, 'nowhere/index');
    try {
      expect(await readGitState(repository)).to.include({ commit, dirty: false });
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_INDEX_FILE;
    }
  });

  it('returns null outside a repository, in a missing folder, and without git', async () => {
    expect(await readGitState(parent)).to.equal(null);
    expect(await readGitState(join(parent, 'none'))).to.equal(null);
    const path = process.env.PATH;
    process.env.PATH = parent;
    try {
      expect(await readGitState(repository)).to.equal(null);
    } finally {
      process.env.PATH = path;
    }
  });

  it('starts no git outside a repository', async () => {
    const started = join(parent, 'started');
    const bin = join(parent, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ntouch '${started}'\n`, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${bin}:${path}`;
    try {
      await readGitState(repository);
      expect(existsSync(started)).to.equal(true);
      rmSync(started);
      expect(await readGitState(parent)).to.equal(null);
      expect(existsSync(started)).to.equal(false);
    } finally {
      process.env.PATH = path;
    }
  });

  it('returns the commit without a patch when git cannot create one', async () => {
    write('model.ts');
    const commit = commitAll();
    writeFileSync(join(repository, '.git/index'), 'corrupt');
    const state = await readGitState(repository);
    expect(state).to.include({ commit, branch: 'main', dirty: true, patch: null });
    expect(state?.omitted.join()).to.match(/^the whole patch \(.*index/);
  });
});
