import { existsSync } from 'node:fs';
import { isForgeError } from '@forge-ml/core';
import { type RecordedPlugin, recordedPlugins, recordPlugins } from './data-folder.js';
import { pluginIn } from './install-plugin.js';
import { linkCore } from './link-core.js';
import { npmInstall } from './npm-install.js';
import { installedVersions, rollback } from './rollback.js';

/** The result of updating one plugin. */
export interface Updated {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Why it was not updated; null if it is up to date now. */
  readonly refused: string | null;
}

/**
 * Updates each installed plugin from its source. A plugin whose new version is unavailable or invalid is kept, and the
 * others are updated.
 */
export async function updatePlugins(dataDir: string, allowScripts: boolean): Promise<Updated[]> {
  const plugins = await recordedPlugins(dataDir);
  const versions = await installedVersions(dataDir, plugins);
  const updated: Updated[] = [];
  for (const plugin of plugins.filter(({ type }) => type === 'user')) {
    const { name } = plugin;
    const from = versions.get(name)!;
    let refused = await updateFailure(plugin, allowScripts, dataDir);
    if (refused === null) {
      refused = await pluginProblem(dataDir, name);
      if (refused !== null) await rollback(dataDir, name, from, plugins);
    }
    updated.push({ name, from, to: (await installedVersions(dataDir, plugins)).get(name)!, refused });
  }
  if (updated.length > 0) await recordPlugins(dataDir, plugins);
  await linkCore(dataDir);
  return updated;
}

async function updateFailure(
  { name, url, tag = 'latest' }: RecordedPlugin,
  allowScripts: boolean,
  dataDir: string,
): Promise<string | null> {
  const path = url?.startsWith('file:') ? url.slice('file:'.length) : undefined;
  if (path !== undefined && !existsSync(path)) return `${path} no longer exists.`;
  const word = url ?? `${name}@${tag}`;
  return reasonOf(() => npmInstall(dataDir, { word, about: name, failing: `Cannot update ${name}`, allowScripts }));
}

async function pluginProblem(dataDir: string, name: string): Promise<string | null> {
  return reasonOf(async () => {
    const { problem } = await pluginIn(dataDir, name);
    if (problem !== null) throw problem;
  });
}

async function reasonOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isForgeError(error)) return error.message;
    throw error;
  }
}
