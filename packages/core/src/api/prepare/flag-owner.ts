import type { FlagSpecs } from '../../config/flags/flag.js';
import type { FlagLayer } from '../../config/flags/resolve-flags.js';
import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import type { PluginHost } from '../../plugins/host/plugin-host.js';
import { findName, toKebab } from '../../text/flag-names.js';

/** Adds to the error of an unknown flag the plugin that has such a flag but is not used by the run. */
export async function withFlagOwner(error: unknown, plugins: PluginHost): Promise<unknown> {
  if (!isForgeError(error) || error.code !== 'FLAG_UNKNOWN' || error.about === undefined) return error;
  const given = error.about;
  const plugin = (await plugins.all()).find(({ flags }) => findName(given, flags) !== undefined);
  if (plugin === undefined) return error;
  const ways = (['backend', 'sink', 'hook', 'checkpointStore', 'launcher'] as const).flatMap((flag) => {
    const name = plugin[`${flag}s`][0];
    return name === undefined ? [] : `--${toKebab(flag)} ${name}`;
  });
  return new ForgeError('FLAG_UNKNOWN', error.message, {
    about: given,
    hint: `It comes with the plugin ${plugin.package}: add ${ways.join(', or ')}.`,
    cause: error,
  });
}

/**
 * Removes flags of unused plugins from a flags file, such as that of another run.
 * @param declared the flags that this run has
 */
export async function withoutUnusedFlags(
  layers: readonly FlagLayer[],
  declared: FlagSpecs,
  plugins: PluginHost,
): Promise<readonly FlagLayer[]> {
  if (!layers.some(({ source }) => source === 'flags file')) return layers;
  const names = Object.keys(declared);
  const idle = (await plugins.all())
    .flatMap(({ flags }) => flags)
    .filter((name) => findName(name, names) === undefined);
  return layers.map((layer) => {
    if (layer.source !== 'flags file') return layer;
    const values = Object.entries(layer.values).filter(([given]) => findName(given, idle) === undefined);
    return { ...layer, values: Object.fromEntries(values) };
  });
}
