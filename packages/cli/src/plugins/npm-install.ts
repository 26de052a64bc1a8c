import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@oclif/core/interfaces';
import { nameIn, readDataPackage, recordPlugins } from './data-folder.js';
import { askOclif } from './oclif-plugins.js';

export interface NpmInstallation {
  /** What npm is to install: a name, or an address. */
  readonly word: string;
  readonly about: string;
  readonly failing: string;
  readonly allowScripts: boolean;
}

/**
 * Has something installed. Where that fails, what was there stays: oclif would remove the version that is there when
 * a newer one cannot be had, so it is not told of it.
 * @throws ForgeError PLUGIN_UNAVAILABLE
 */
export async function npmInstall({ word, ...deed }: NpmInstallation, config: Config): Promise<void> {
  const { dataDir } = config;
  const file = join(dataDir, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const plugins = (await readDataPackage(dataDir)).oclif?.plugins ?? [];
  const others = plugins.filter(({ name }) => name !== nameIn(word));
  if (others.length < plugins.length) await recordPlugins(dataDir, others);
  try {
    await askOclif({ command: 'install', argv: [word], ...deed }, config);
  } catch (error) {
    if (text !== undefined) await writeFile(file, text);
    throw error;
  }
}
