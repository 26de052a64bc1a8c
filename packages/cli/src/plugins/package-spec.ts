import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeError } from '@forge-ml/core';

/**
 * What a person names a plugin by, as npm takes it from whatever folder it is run in: files and folders become
 * absolute, names and addresses stay as they are.
 * @throws ForgeError USAGE where it is a path and no package is there
 */
export function packageSpec(word: string, directory: string): string {
  const path = pathIn(word, directory);
  if (path === undefined) return word;
  const hint = 'A package of the registry is named without a path: NAME or @SCOPE/NAME.';
  if (!existsSync(path)) throw new ForgeError('USAGE', `There is nothing at ${word}.`, { about: word, hint });
  if (!isPackage(path)) throw new ForgeError('USAGE', `${word} is a folder without a package.json.`, { about: word });
  return `file:${path}`;
}

function isPackage(path: string): boolean {
  return !statSync(path).isDirectory() || existsSync(join(path, 'package.json'));
}

/** Where it is the path of a tarball or of a folder. */
function pathIn(word: string, directory: string): string | undefined {
  if (word.startsWith('file://')) return fileURLToPath(word);
  if (word.startsWith('file:')) return resolve(directory, word.slice('file:'.length));
  if (/^~[/\\]/.test(word)) return join(homedir(), word.slice(2));
  if (/^[a-z+]+:/i.test(word)) return undefined;
  const named = /^(\.{1,2}([/\\]|$)|[/\\]|[a-z]:[/\\])/i.test(word) || /\.(tgz|tar\.gz|tar)$/.test(word);
  const path = resolve(directory, word);
  // Two words with a slash are a repository on GitHub, unless they are a folder here.
  const isFolder = /^[^@].*[/\\]/.test(word) && existsSync(join(path, 'package.json'));
  return named || isFolder ? path : undefined;
}
