import { basename, resolve } from 'node:path';
import { type Catalog, openCatalog } from '@forge-ml/core/runs';

/** A results folder that the dashboard shows. */
export interface ShownFolder {
  /** A short, unique name, which ids of its runs start with. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly catalog: Catalog;
}

/** @throws ForgeError FILE_SYSTEM */
export async function openFolders(paths: readonly string[]): Promise<readonly ShownFolder[]> {
  const absolute = [...new Set(paths.map((path) => resolve(path)))];
  const names = shortNames(absolute);
  return Promise.all(absolute.map(async (path, at) => ({ name: names[at]!, path, catalog: await openCatalog(path) })));
}

/** The base name of each path, with a number if others have the same. */
export function shortNames(paths: readonly string[]): string[] {
  const used = new Set<string>();
  return paths.map((path) => {
    // Without what has a meaning in a URL or a list.
    const base = basename(path).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'results';
    let name = base;
    for (let number = 2; used.has(name); number++) name = `${base}-${number}`;
    used.add(name);
    return name;
  });
}
