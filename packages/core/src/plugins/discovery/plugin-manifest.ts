import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { findUp } from '../../fs/find-up.js';
import { isObject } from '../../json/json-file.js';
import { tryReadPackageJson } from '../../json/package-json.js';
import { isPackageName } from '../../text/package-name.js';
import { pluginPort } from '../contract/plugin.js';
import { type AnnouncedKind, announcedKinds } from '../contract/providers.js';

/** What a package says of itself under the `forge` key of its package.json, read without running any of it. */
export interface PluginManifest extends Readonly<Record<AnnouncedKind, readonly string[]>> {
  readonly package: string;
  readonly version: string;
  readonly folder: string;
  /** The module to import, relative to the folder. */
  readonly plugin: string;
  readonly port: number;
  /** Flags of `forge train` that come with what it brings. */
  readonly flags: readonly string[];
  /** Why it cannot be loaded, as far as that is known without trying. */
  readonly problem: ForgeError | null;
}

/** The plugin of that package name, as installed for code in the folder; undefined where it says nothing of Forge. */
export async function readPlugin(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = packageFile(name, folder);
  return file === undefined ? undefined : readPluginIn(dirname(file));
}

/** The package.json of an installed package. A name out of a run's files may be no name, but a path into that run. */
function packageFile(name: string, folder: string): string | undefined {
  return isPackageName(name) ? findUp(join('node_modules', name, 'package.json'), folder) : undefined;
}

/** The plugin that a package's own folder holds; undefined where the package is none. */
export async function readPluginIn(folder: string): Promise<PluginManifest | undefined> {
  const own = tryReadPackageJson(join(folder, 'package.json'));
  if (own?.name === undefined) return undefined;
  const {
    name,
    version = '0.0.0',
    content: { forge },
  } = own;
  if (!isObject(forge) || !mentionsPlugins(forge)) return undefined;
  const lists = Object.fromEntries(announcedKinds.map((kind) => [kind, stringsIn(forge[kind])]));
  const plugin = typeof forge.plugin === 'string' ? forge.plugin : '';
  const known = { package: name, version, folder, plugin, port: Number(forge.port) };
  return {
    ...(lists as Record<AnnouncedKind, string[]>),
    ...known,
    flags: stringsIn(forge.flags),
    problem: problemOf(known),
  };
}

/** A package that was installed as a plugin and says nothing of Forge; undefined where there is none of that name. */
export async function readUndeclared(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = packageFile(name, folder);
  if (file === undefined) return undefined;
  const { version = '0.0.0' } = tryReadPackageJson(file) ?? {};
  const message = `${name} ${version} is no Forge plugin: its package.json has no "forge" key.`;
  const hint = 'Remove it, or check that it is the package that was meant.';
  return {
    ...(Object.fromEntries(announcedKinds.map((kind) => [kind, []])) as unknown as Record<AnnouncedKind, string[]>),
    package: name,
    version,
    folder: dirname(file),
    plugin: '',
    port: Number.NaN,
    flags: [],
    problem: new ForgeError('PLUGIN_INVALID', message, { about: name, hint }),
  };
}

/** `name 1.2.3`, as messages call a plugin. */
export function labelOf(manifest: Pick<PluginManifest, 'package' | 'version'>): string {
  return `${manifest.package} ${manifest.version}`;
}

/** Others use a key of this name too. */
function mentionsPlugins(forge: Readonly<Record<string, unknown>>): boolean {
  return ['plugin', 'port', ...announcedKinds].some((key) => key in forge);
}

function problemOf(
  manifest: Pick<PluginManifest, 'package' | 'version' | 'folder' | 'plugin' | 'port'>,
): ForgeError | null {
  const { folder, plugin, port } = manifest;
  const problem = (message: string, hint: string) =>
    new ForgeError('PLUGIN_INVALID', `${labelOf(manifest)} ${message}`, { about: manifest.package, hint });
  if (!Number.isInteger(port)) {
    return problem(
      'says no plugin port in its package.json.',
      `Its author should write "port": ${pluginPort} under "forge".`,
    );
  }
  if (port !== pluginPort) {
    const newer = port > pluginPort ? 'Forge' : 'the plugin';
    return problem(
      `is built for plugin port ${port}; this Forge has port ${pluginPort}.`,
      `Install a newer version of ${newer}, so that the two belong together.`,
    );
  }
  if (plugin === '') {
    return problem('names no plugin module in its package.json.', 'Its author should write "plugin" under "forge".');
  }
  if (!existsSync(join(folder, plugin))) {
    return problem(
      `has no ${plugin}, which its package.json names as its plugin module.`,
      'Install it again; if you are its author, build it.',
    );
  }
  return null;
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
