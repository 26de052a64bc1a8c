import { isForgeError } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import { readDataPackage } from './data-folder.js';
import { pluginIn } from './install-plugin.js';
import { linkCore } from './link-core.js';
import { askOclif } from './oclif-plugins.js';
import { installedVersions, putBack } from './put-back.js';

/** What became of one plugin. */
export interface Updated {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Why a newer version was not kept; null where there was none, or it was. */
  readonly refused: string | null;
}

/**
 * Brings the installed plugins to their newest versions; one that is not for this Forge is put back as it was.
 * @throws ForgeError PLUGIN_UNAVAILABLE
 */
export async function updatePlugins(config: Config, allowScripts: boolean): Promise<Updated[]> {
  const { dataDir } = config;
  const before = await readDataPackage(dataDir);
  const versions = await installedVersions(dataDir, before);
  if (versions.size === 0) return [];
  await askOclif(
    { command: 'update', argv: [], about: 'plugins', failing: 'Plugins could not be updated', allowScripts },
    config,
  );
  const updated: Updated[] = [];
  for (const [name, from] of versions) {
    const refused = await whyRefused(dataDir, name);
    if (refused !== null) await putBack(name, from, before, config);
    const now = (await installedVersions(dataDir, before)).get(name)!;
    updated.push({ name, from, to: now, refused });
  }
  await linkCore(dataDir);
  return updated;
}

async function whyRefused(dataDir: string, name: string): Promise<string | null> {
  try {
    const { problem } = await pluginIn(dataDir, name);
    return problem?.message ?? null;
  } catch (error) {
    if (isForgeError(error)) return error.message;
    throw error;
  }
}
