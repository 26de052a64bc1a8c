import { type BackendSource, type ForgeLibrary, messageOf } from '@forge-ml/core';
import type { EngineStatus } from '@forge-ml/core/plugin';

export interface ListedBackend {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** In the order in which the backend tries them. */
  readonly engines: readonly EngineStatus[];
  /** Why the plugin failed to load; null if it loaded. */
  readonly error: string | null;
}

/** Every installed backend with its engines, or with the reason why it failed to load. */
export async function listedBackends(forge: ForgeLibrary): Promise<ListedBackend[]> {
  const listed: ListedBackend[] = [];
  for (const source of await forge.backends.list()) listed.push(await inspectBackend(forge, source));
  return listed;
}

async function inspectBackend(forge: ForgeLibrary, source: BackendSource): Promise<ListedBackend> {
  const { name, plugin } = source;
  const known = { name, package: plugin.package, version: plugin.version };
  try {
    const backend = await forge.backends.load(source);
    return { ...known, engines: await backend.engines({ searchFrom: forge.packageFolders }), error: null };
  } catch (error) {
    return { ...known, engines: [], error: messageOf(error) };
  }
}
