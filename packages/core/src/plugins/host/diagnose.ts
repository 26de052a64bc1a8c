import { ForgeError } from '../../errors/forge-error.js';
import { builtins } from '../builtins/builtins.js';
import { type AnnouncedKind, announcedKinds, kindNames } from '../contract/providers.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { foreignCoreOf, isPeerOfCore } from './share-core.js';

/** A plugin with its problems, as far as known without running it. */
export interface DiagnosedPlugin {
  readonly plugin: PluginManifest;
  readonly remarks: readonly ForgeError[];
}

/** Values that mean "none" of a kind. */
const reserved: Partial<Record<AnnouncedKind, readonly string[]>> = {
  sinks: ['none'],
  hooks: ['none'],
  launchers: ['none'],
};

/**
 * Diagnoses plugins, in the order in which they are found, with conflicts between them.
 * @param commands the command line's own commands
 */
export function diagnosePlugins(plugins: readonly PluginManifest[], commands: readonly string[]): DiagnosedPlugin[] {
  const owners = new Map<string, string>();
  const key = (kind: AnnouncedKind, name: string) => `${kind} ${name}`;
  for (const kind of announcedKinds) {
    const own = [...Object.keys(builtins[kind]), ...(reserved[kind] ?? []), ...(kind === 'commands' ? commands : [])];
    for (const name of own) owners.set(key(kind, name), 'Forge itself');
  }
  // A broken plugin must not hide the names of valid ones.
  for (const plugin of plugins.filter(({ problem }) => problem === null)) {
    for (const kind of announcedKinds) {
      for (const name of plugin[kind]) {
        if (!owners.has(key(kind, name))) owners.set(key(kind, name), labelOf(plugin));
      }
    }
  }
  return plugins.map((plugin) => {
    if (plugin.problem !== null) return { plugin, remarks: [plugin.problem] };
    const conflicts = announcedKinds.flatMap((kind) =>
      plugin[kind].flatMap((name) => {
        const owner = owners.get(key(kind, name))!;
        return owner === labelOf(plugin) ? [] : [nameConflict(plugin, kind, name, owner)];
      }),
    );
    const core = isPeerOfCore(plugin.folder) ? undefined : foreignCoreOf(plugin.folder);
    return { plugin, remarks: core === undefined ? conflicts : [...conflicts, ownCore(plugin, core)] };
  });
}

function nameConflict(plugin: PluginManifest, kind: AnnouncedKind, name: string, owner: string): ForgeError {
  const message = `${labelOf(plugin)} provides the ${kindNames[kind]} ${name}, but ${owner} already has that name and is used.`;
  return new ForgeError('PLUGIN_INVALID', message, {
    about: name,
    hint: 'Remove one of the plugins, or ask its author to choose another name.',
  });
}

function ownCore(plugin: PluginManifest, core: string): ForgeError {
  return new ForgeError(
    'PLUGIN_INVALID',
    `${labelOf(plugin)} has its own copy of @forge-ml/core in ${core}, which is not used.`,
    {
      about: plugin.package,
      hint: 'Its author should make @forge-ml/core an optional peer dependency.',
    },
  );
}
