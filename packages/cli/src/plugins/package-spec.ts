import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeError } from '@forge-ml/core';

/**
 * The npm spec of a package as typed by a user. Paths become absolute, since npm runs in another folder; names and
 * addresses stay unchanged.
 * @throws ForgeError USAGE for a path without a package
 */
export function packageSpec(word: string, directory: string): string {
  const path = pathIn(word, directory);
  if (path === undefined) return word;
  const hint = 'Name a package of the registry without a path: NAME or @SCOPE/NAME.';
  if (!existsSync(path)) throw new ForgeError('USAGE', `${word} does not exist.`, { about: word, hint });
  if (!isPackage(path)) throw new ForgeError('USAGE', `${word} is a folder without a package.json.`, { about: word });
  return `file:${path}`;
}

function isPackage(path: string): boolean {
  return !statSync(path).isDirectory() || existsSync(join(path, 'package.json'));
}

/** The path in a word that names a tarball or a folder; undefined for other words. */
function pathIn(word: string, directory: string): string | undefined {
  if (word.startsWith('file://')) return fileURLToPath(word);
  if (word.startsWith('file:')) return resolve(directory, word.slice('file:'.length));
  if (/^~[/\\]/.test(word)) return join(homedir(), word.slice(2));
  if (/^[a-z+]+:/i.test(word)) return undefined;
  const named = /^(\.{1,2}([/\\]|$)|[/\\]|[a-z]:[/\\])/i.test(word) || /\.(tgz|tar\.gz|tar)$/.test(word);
  const path = resolve(directory, word);
  // `a/b` is a repository on GitHub, unless that folder exists.
  const isFolder = /^[^@].*[/\\]/.test(word) && existsSync(join(path, 'package.json'));
  return named || isFolder ? path : undefined;
}
