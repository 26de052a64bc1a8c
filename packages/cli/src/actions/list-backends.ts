import { type BackendSource, type ForgeLibrary, messageOf } from '@forge-ml/core';
import type { EngineStatus } from '@forge-ml/core/plugin';

export interface ListedBackend {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** In the order the backend would choose them. */
  readonly engines: readonly EngineStatus[];
  /** Why the plugin could not be loaded; null where it could. */
  readonly error: string | null;
}

/** Every installed backend with its engines; one that cannot be loaded is listed with the reason. */
export async function listedBackends(forge: ForgeLibrary): Promise<ListedBackend[]> {
  const listed: ListedBackend[] = [];
  for (const source of await forge.backends.list()) listed.push(await look(forge, source));
  return listed;
}

async function look(forge: ForgeLibrary, source: BackendSource): Promise<ListedBackend> {
  const { name, plugin } = source;
  const known = { name, package: plugin.package, version: plugin.version };
  try {
    const backend = await forge.backends.load(source);
    return { ...known, engines: await backend.engines({ searchFrom: forge.packageFolders }), error: null };
  } catch (error) {
    return { ...known, engines: [], error: messageOf(error) };
  }
}
