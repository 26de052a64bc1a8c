import { relative } from 'node:path';
import { toPortable } from '../../code/code-manifest.js';
import { isPathTraversal } from '../../fs/path-traversal.js';
import type { ComparedCode } from './compared-code.js';

type Place = Pick<ComparedCode, 'root' | 'entries'>;

/**
 * What precedes the paths of each code so that the same file of a project has the same path in both: the root of one
 * may be a folder of the other's, since a root is the innermost folder that all imported files are in.
 */
export function alignPaths(a: Place, b: Place): readonly [prefixOfA: string, prefixOfB: string] {
  const inA = below(a.root, b.root) ?? prefixOf(a.entries, b.entries);
  if (inA !== undefined) return ['', inA];
  return [below(b.root, a.root) ?? prefixOf(b.entries, a.entries) ?? '', ''];
}

/** The path from one folder to another below it, with a slash; undefined if the other is not below. */
function below(root: string, other: string): string | undefined {
  if (root === other) return '';
  const way = toPortable(relative(root, other));
  return way === '' || isPathTraversal(way) ? undefined : `${way}/`;
}

/** The project may have moved: then the configs say which folders are the same. */
function prefixOf(outer: Place['entries'], inner: Place['entries']): string | undefined {
  const prefixes = Object.keys(inner).map((role) => {
    const [long, short] = [outer[role], inner[role]!];
    if (long === short) return '';
    return long?.endsWith(`/${short}`) ? long.slice(0, -short.length) : undefined;
  });
  return prefixes.length > 0 && prefixes.every((prefix) => prefix === prefixes[0]) ? prefixes[0] : undefined;
}
