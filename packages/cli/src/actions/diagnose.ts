import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@forge-ml/core';
import { publishedBackends } from '@forge-ml/core/cli';
import type { ListedBackend } from './list-backends.js';
import type { ListedPlugin } from './list-plugins.js';

/** The result of one check. */
export interface Check {
  readonly name: string;
  /** `fail`: nothing can train until this is fixed. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** The command or step that fixes it. */
  readonly remedy?: string;
}

const run = promisify(execFile);

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const name = 'node';
  if (major > 20 || (major === 20 && minor >= 19)) return { name, status: 'ok', detail: version };
  return { name, status: 'fail', detail: `${version} is too old`, remedy: 'Install Node 20.19 or newer.' };
}

/** One check for each installed backend, or one failed check without any. */
export function checkBackends(backends: readonly ListedBackend[]): Check[] {
  if (backends.length === 0) {
    const packages = [...publishedBackends.values()].join(', or ');
    const remedy = `Install one: npm install ${packages}, or forge plugins install PACKAGE.`;
    return [{ name: 'backends', status: 'fail', detail: 'none is installed', remedy }];
  }
  return backends.map(({ name, version, engines, error }) => {
    const usable = engines.filter((engine) => engine.usable);
    const label = `backend ${name}`;
    if (error !== null) return { name: label, status: 'fail', detail: error, remedy: 'Install it again.' };
    if (usable.length === 0) return { name: label, status: 'fail', detail: `${version}, but no engine is usable` };
    return { name: label, status: 'ok', detail: `${version}, would use ${usable[0]!.name} (${usable[0]!.detail})` };
  });
}

/** Problems of plugins, except backends that fail to load: `checkBackends` reports those. */
export function checkPlugins(plugins: readonly ListedPlugin[]): Check[] {
  return plugins
    .filter(({ usable, backends }) => usable || backends.length === 0)
    .flatMap(({ package: name, remarks }) =>
      remarks.map(({ message, hint }) => ({
        name: `plugin ${name}`,
        status: 'warn' as const,
        detail: message,
        ...(hint === null ? {} : { remedy: hint }),
      })),
    );
}

/** Unusable engines, each with its remedy. */
export function checkEngines(backends: readonly ListedBackend[]): Check[] {
  return backends.flatMap(({ name, engines }) =>
    engines
      .filter(({ usable }) => !usable)
      .map(({ name: engine, detail, remedy }) => ({
        name: `engine ${name}/${engine}`,
        status: 'warn' as const,
        detail,
        ...(remedy === undefined ? {} : { remedy }),
      })),
  );
}

export async function checkGpu(): Promise<Check> {
  try {
    const { stdout } = await run('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader']);
    return { name: 'gpu', status: 'ok', detail: stdout.trim().split('\n').join('; ') };
  } catch {
    return { name: 'gpu', status: 'ok', detail: 'no NVIDIA GPU found; CPU engines do not need one' };
  }
}

export async function checkGit(): Promise<Check> {
  try {
    const { stdout } = await run('git', ['--version']);
    return { name: 'git', status: 'ok', detail: stdout.trim().replace(/^git version /, '') };
  } catch {
    const detail = 'not found: runs will not record their commit and uncommitted changes';
    return { name: 'git', status: 'warn', detail, remedy: 'Install git.' };
  }
}

/** Whether the results folder is writable, and its free space. */
export async function checkResults(results: string): Promise<Check> {
  const name = 'results';
  try {
    const { folder, free } = await nearestFolder(results);
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is a file`);
    await access(folder, constants.W_OK);
    const detail = `${results}, ${(free / 2 ** 30).toFixed(1)} GiB free`;
    if (free > 2 ** 30) return { name, status: 'ok', detail };
    return { name, status: 'warn', detail, remedy: 'Free some space, or choose another folder with --results-dir.' };
  } catch (error) {
    const remedy = 'Choose a writable folder with --results-dir.';
    return { name, status: 'fail', detail: `${results} cannot be written: ${messageOf(error)}`, remedy };
  }
}

/** The folder, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<{ folder: string; free: number }> {
  const found = await statfs(path).catch(() => undefined);
  if (found !== undefined || dirname(path) === path)
    return { folder: path, free: found ? found.bavail * found.bsize : 0 };
  return nearestFolder(dirname(path));
}
