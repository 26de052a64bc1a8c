import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { findUp } from '../fs/find-up.js';
import { readBounded } from '../fs/read-bounded.js';
import { tryReadPackageJson } from '../json/package-json.js';
import { packageNameOf } from '../text/package-name.js';
import type { MissingFile } from './code-manifest.js';

export interface GoverningFiles {
  readonly files: readonly string[];
  /** Missing files that a tsconfig.json extends. */
  readonly missing: readonly MissingFile[];
}

/**
 * Files that affect the code without being imported: each file's package.json (module type, self-references) and
 * tsconfig.json (paths), with the files that it extends, also in packages.
 */
export async function governingFiles(files: readonly string[]): Promise<GoverningFiles> {
  const found = new Set<string>();
  const missing = new Map<string, MissingFile>();
  for (const folder of new Set(files.map(dirname))) {
    const packageJson = findUp('package.json', folder);
    if (packageJson !== undefined) found.add(packageJson);
    const tsconfig = findUp('tsconfig.json', folder);
    if (tsconfig !== undefined) await addWithBases(tsconfig, found, missing);
  }
  return { files: [...found], missing: [...missing.values()] };
}

async function addWithBases(tsconfig: string, found: Set<string>, missing: Map<string, MissingFile>): Promise<void> {
  if (found.has(tsconfig)) return;
  const text = await readBounded(tsconfig, { what: 'tsconfig file', code: 'FILE_SYSTEM' }).then(
    String,
    () => undefined,
  );
  if (text === undefined) return;
  found.add(tsconfig);
  for (const base of basesIn(text)) {
    const files = await filesOf(base, dirname(tsconfig));
    if (files.length === 0) {
      missing.set(base, { name: base, reason: `${basename(tsconfig)} extends it, but it is missing` });
    }
    for (const file of files) await addWithBases(file, found, missing);
  }
}

/** tsconfig files allow comments and trailing commas, so the `extends` key is extracted from the text. */
function basesIn(text: string): string[] {
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1');
  const value = /"extends"\s*:\s*(\[[^\]]*\]|"(?:[^"\\]|\\.)*")/.exec(bare)?.[1] ?? '';
  return [...value.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([name]) => JSON.parse(name) as string);
}

/** The file that a tsconfig.json extends by that name; in a package also its package.json, which may map the path. */
async function filesOf(base: string, folder: string): Promise<string[]> {
  if (base.startsWith('.') || isAbsolute(base)) return existing(resolve(folder, base));
  const name = packageNameOf(base);
  const manifest = findUp(join('node_modules', name, 'package.json'), folder);
  const home = manifest === undefined ? findUp(join('node_modules', name), folder) : dirname(manifest);
  if (home === undefined) return [];
  const subpath = base.slice(name.length + 1);
  const found = subpath === '' ? await mainOf(home, manifest) : await existing(join(home, subpath));
  const files = found.length > 0 ? found : await exportedBy(manifest, subpath);
  return files.length > 0 && manifest !== undefined ? [manifest, ...files] : files;
}

async function existing(path: string): Promise<string[]> {
  for (const file of [path, `${path}.json`, join(path, 'tsconfig.json')]) {
    if ((await stat(file).catch(() => undefined))?.isFile()) return [file];
  }
  return [];
}

async function mainOf(home: string, manifest: string | undefined): Promise<string[]> {
  const { tsconfig } = contentOf(manifest);
  return existing(typeof tsconfig === 'string' ? join(home, tsconfig) : home);
}

/** The file that a package's `exports` map the name to. */
async function exportedBy(manifest: string | undefined, subpath: string): Promise<string[]> {
  if (manifest === undefined) return [];
  const { exports } = contentOf(manifest);
  const targets = typeof exports === 'object' && exports !== null ? (exports as Record<string, unknown>) : {};
  const target = targets[subpath === '' ? '.' : `./${subpath}`];
  const path = typeof target === 'string' ? join(dirname(manifest), target) : '';
  return path !== '' && existsSync(path) ? [path] : [];
}

function contentOf(manifest: string | undefined): Readonly<Record<string, unknown>> {
  return (manifest === undefined ? undefined : tryReadPackageJson(manifest)?.content) ?? {};
}
