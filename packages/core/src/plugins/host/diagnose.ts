import { ForgeError } from '../../errors/forge-error.js';
import { builtins } from '../builtins/builtins.js';
import { type AnnouncedKind, announcedKinds, kindNames } from '../contract/providers.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { foreignCoreOf, isPeerOfCore } from './share-core.js';

/** A plugin, and all that is wrong or odd about it as far as that is known without running it. */
export interface DiagnosedPlugin {
  readonly plugin: PluginManifest;
  readonly remarks: readonly ForgeError[];
}

/** Words that stand for nothing of the kind. */
const reserved: Partial<Record<AnnouncedKind, readonly string[]>> = {
  sinks: ['none'],
  hooks: ['none'],
  launchers: ['none'],
};

/**
 * Looks at plugins side by side, in the order in which they are found.
 * @param commands those of the command line itself
 */
export function diagnosePlugins(plugins: readonly PluginManifest[], commands: readonly string[]): DiagnosedPlugin[] {
  const owners = new Map<string, string>();
  const key = (kind: AnnouncedKind, name: string) => `${kind} ${name}`;
  for (const kind of announcedKinds) {
    const own = [...Object.keys(builtins[kind]), ...(reserved[kind] ?? []), ...(kind === 'commands' ? commands : [])];
    for (const name of own) owners.set(key(kind, name), 'Forge itself');
  }
  // Who is known to be broken takes no name from others.
  for (const plugin of plugins.filter(({ problem }) => problem === null)) {
    for (const kind of announcedKinds) {
      for (const name of plugin[kind]) {
        if (!owners.has(key(kind, name))) owners.set(key(kind, name), labelOf(plugin));
      }
    }
  }
  return plugins.map((plugin) => {
    if (plugin.problem !== null) return { plugin, remarks: [plugin.problem] };
    const taken = announcedKinds.flatMap((kind) =>
      plugin[kind].flatMap((name) => {
        const owner = owners.get(key(kind, name))!;
        return owner === labelOf(plugin) ? [] : [takenName(plugin, kind, name, owner)];
      }),
    );
    const core = isPeerOfCore(plugin.folder) ? undefined : foreignCoreOf(plugin.folder);
    return { plugin, remarks: core === undefined ? taken : [...taken, ownCore(plugin, core)] };
  });
}

function takenName(plugin: PluginManifest, kind: AnnouncedKind, name: string, owner: string): ForgeError {
  const message = `${labelOf(plugin)} brings the ${kindNames[kind]} ${name}, a name that ${owner} has: that one is used.`;
  return new ForgeError('PLUGIN_INVALID', message, {
    about: name,
    hint: 'Remove the plugin that is not wanted, or ask its author for another name.',
  });
}

function ownCore(plugin: PluginManifest, core: string): ForgeError {
  return new ForgeError('PLUGIN_INVALID', `${labelOf(plugin)} has a core of its own in ${core}, which is not used.`, {
    about: plugin.package,
    hint: 'Its author should make @forge-ml/core an optional peer dependency.',
  });
}
