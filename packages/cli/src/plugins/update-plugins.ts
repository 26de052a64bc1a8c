import { existsSync } from 'node:fs';
import { isForgeError } from '@forge-ml/core';
import { type RecordedPlugin, recordedPlugins, recordPlugins } from './data-folder.js';
import { pluginIn } from './install-plugin.js';
import { linkCore } from './link-core.js';
import { npmInstall } from './npm-install.js';
import { installedVersions, rollback } from './rollback.js';

/** What became of one plugin. */
export interface Updated {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Why it stays as it was; null where there is nothing newer, or that is there now. */
  readonly refused: string | null;
}

/**
 * Brings the installed plugins to the newest of what each was installed from, one after the other: one that cannot be
 * had, or is not for this Forge, stays as it was and keeps none of the others.
 */
export async function updatePlugins(dataDir: string, allowScripts: boolean): Promise<Updated[]> {
  const plugins = await recordedPlugins(dataDir);
  const versions = await installedVersions(dataDir, plugins);
  const updated: Updated[] = [];
  for (const plugin of plugins.filter(({ type }) => type === 'user')) {
    const { name } = plugin;
    const from = versions.get(name)!;
    let refused = await missingReason(plugin, allowScripts, dataDir);
    if (refused === null) {
      refused = await rollbackReason(dataDir, name);
      if (refused !== null) await rollback(dataDir, name, from, plugins);
    }
    updated.push({ name, from, to: (await installedVersions(dataDir, plugins)).get(name)!, refused });
  }
  if (updated.length > 0) await recordPlugins(dataDir, plugins);
  await linkCore(dataDir);
  return updated;
}

async function missingReason(
  { name, url, tag = 'latest' }: RecordedPlugin,
  allowScripts: boolean,
  dataDir: string,
): Promise<string | null> {
  const path = url?.startsWith('file:') ? url.slice('file:'.length) : undefined;
  if (path !== undefined && !existsSync(path)) return `There is nothing at ${path} any more.`;
  const word = url ?? `${name}@${tag}`;
  return reasonOf(() =>
    npmInstall(dataDir, { word, about: name, failing: `${name} could not be updated`, allowScripts }),
  );
}

async function rollbackReason(dataDir: string, name: string): Promise<string | null> {
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
