import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tryReadPackageJson } from '@forge-ml/core/plugins';
import { isPackageName } from '@forge-ml/core/text';
import { isAddress, nameIn } from './data-folder.js';
import { npmFailure } from './npm-failure.js';
import { runNpm } from './run-npm.js';

export interface NpmInstallation {
  /** The package to install: a name or an address. */
  readonly word: string;
  readonly about: string;
  readonly failing: string;
  readonly allowScripts: boolean;
}

/**
 * Installs a package. If that fails, the dependencies stay unchanged.
 * @throws ForgeError PLUGIN_UNAVAILABLE
 */
export async function npmInstall(
  dataDir: string,
  { word, about, failing, allowScripts }: NpmInstallation,
): Promise<void> {
  if (!isAddress(word) && !isPackageName(nameIn(word))) {
    throw npmFailure(failing, about, 'npm error Invalid npm package name.');
  }
  const file = join(dataDir, 'package.json');
  const before = tryReadPackageJson(file)?.content;
  try {
    await runNpm(dataDir, { command: 'install', word, about, failing, allowScripts });
  } catch (error) {
    if (before !== undefined) await writeFile(file, `${JSON.stringify(before, null, 2)}\n`);
    throw error;
  }
}

/** @throws ForgeError PLUGIN_UNAVAILABLE */
export function npmUninstall(dataDir: string, name: string, failing = `Cannot remove ${name}`): Promise<void> {
  return runNpm(dataDir, { command: 'uninstall', word: name, about: name, failing });
}
