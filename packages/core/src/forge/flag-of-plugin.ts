import { findName, toKebab } from '../config/flag-names.js';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import type { PluginHost } from '../plugins/plugin-host.js';

/** Makes an error of a flag that nobody declares say so, where a plugin would, had something of it been asked for. */
export async function withPluginOfFlag(error: unknown, plugins: PluginHost): Promise<unknown> {
  if (!isForgeError(error) || error.code !== 'FLAG_UNKNOWN' || error.about === undefined) return error;
  const given = error.about;
  const plugin = (await plugins.all()).find(({ flags }) => findName(given, flags) !== undefined);
  if (plugin === undefined) return error;
  const ways = (['sink', 'hook', 'launcher'] as const).flatMap((flag) => {
    const name = plugin[`${flag}s`][0];
    return name === undefined ? [] : `--${toKebab(flag)} ${name}`;
  });
  return new ForgeError('FLAG_UNKNOWN', error.message, {
    about: given,
    hint: `It comes with the plugin ${plugin.package}: add ${ways.join(', or ')}.`,
    cause: error,
  });
}
