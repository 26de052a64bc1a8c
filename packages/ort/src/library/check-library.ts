import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@forge-ml/core/node';
import { messageOf } from '@forge-ml/core/plugin';
import { koffiVersion } from '../native/koffi.js';
import { unusable } from '../native/unusable.js';
import { type LibraryFile, ortVersion } from './library-file.js';

/**
 * Checks a library before it is loaded: its content, and that a tiny model runs in another process, where a crash ends
 * nothing else. What has passed is remembered in the cache folder for this file, so that it is checked once.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export function checkLibrary(file: LibraryFile, memory = join(cacheFolder(), 'ort')): void {
  const passed = join(memory, `${keyOf(file)}.json`);
  if (existsSync(passed)) return;
  const hash = hashOf(file.path);
  if (hash !== file.hash) {
    throw unusable(
      `the library of onnxruntime-node ${ortVersion} is not the published file`,
      `npm install --force onnxruntime-node@${ortVersion}`,
    );
  }
  tryInProcess(file.path);
  remember(memory, passed, { library: file.path, hash, koffi: koffiVersion, node: process.versions.node });
}

/** SHA-256, without the whole file in memory. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  const block = new Uint8Array(2 ** 20);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) hash.update(block.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Changes when the file, koffi, Node or the machine's platform does. */
function keyOf({ path, hash }: LibraryFile): string {
  const { size, mtimeNs, ino, dev } = statSync(path, { bigint: true });
  const identity = [realpathSync(path), size, mtimeNs, ino, dev, hash];
  const { node, bun = '' } = process.versions;
  const runtime = [koffiVersion, node, bun, process.platform, process.arch];
  return createHash('sha256')
    .update([...identity, ...runtime].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** Runs a model once in a new process. Longer than a minute is a hang. */
function tryInProcess(path: string): void {
  const script = fileURLToPath(new URL('../try-process.js', import.meta.url));
  const { status, signal, stderr, error } = spawnSync(process.execPath, [script, path], {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  const reason =
    error === undefined ? stderr.trim().split('\n').at(-1) || `exit ${status ?? signal}` : messageOf(error);
  throw unusable(`a first model did not run in a process of its own (${reason})`);
}

/** A folder that cannot be written costs a check at each start, and nothing else. */
function remember(folder: string, path: string, facts: Readonly<Record<string, string>>): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${JSON.stringify(facts)}\n`, { flag: 'wx' });
    renameSync(temporary, path);
  } catch {}
}
