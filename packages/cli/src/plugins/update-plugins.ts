import { join } from 'node:path';
import { isForgeError, readPluginIn } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import { type DataPackage, readDataPackage, recordPlugins } from './data-folder.js';
import { pluginIn } from './install-plugin.js';
import { linkCore } from './link-core.js';
import { askOclif } from './oclif-plugins.js';

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
    if (refused !== null) await putBack(config, name, from);
    updated.push({ name, from, to: await versionOf(dataDir, name), refused });
  }
  await recordPlugins(dataDir, before.oclif?.plugins ?? []);
  await linkCore(dataDir);
  return updated;
}

async function installedVersions(dataDir: string, data: DataPackage): Promise<Map<string, string>> {
  const names = (data.oclif?.plugins ?? []).filter(({ type }) => type === 'user').map(({ name }) => name);
  return new Map(await Promise.all(names.map(async (name) => [name, await versionOf(dataDir, name)] as const)));
}

async function versionOf(dataDir: string, name: string): Promise<string> {
  return (await readPluginIn(join(dataDir, 'node_modules', name)))?.version ?? 'unknown';
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

async function putBack(config: Config, name: string, version: string): Promise<void> {
  const failing = `${name} ${version} could not be put back`;
  await askOclif({ command: 'install', argv: [`${name}@${version}`], about: name, failing }, config);
}
