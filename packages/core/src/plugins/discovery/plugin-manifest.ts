import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { findUp } from '../../fs/find-up.js';
import { isObject } from '../../json/is-object.js';
import { tryReadPackageJson } from '../../json/package-json.js';
import { isPackageName } from '../../text/package-name.js';
import { pluginPort } from '../contract/plugin.js';
import { type AnnouncedKind, announcedKinds } from '../contract/providers.js';

/** The `forge` key of a package.json, read without running the plugin. */
export interface PluginManifest extends Readonly<Record<AnnouncedKind, readonly string[]>> {
  readonly package: string;
  readonly version: string;
  readonly folder: string;
  /** The module to import, relative to the folder. */
  readonly plugin: string;
  readonly port: number;
  /** Names of its flags for `forge train`. */
  readonly flags: readonly string[];
  /** One line for each of its commands that has one, by the command's name. */
  readonly summaries: Readonly<Record<string, string>>;
  /** Whether it is the copy that comes with the program. */
  readonly ofProgram: boolean;
  /** Why it cannot be loaded, as far as known without loading it. */
  readonly problem: ForgeError | null;
}

/** The plugin package of that name, as installed for code in the folder; undefined if it is missing or not a plugin. */
export async function readPlugin(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = packageFile(name, folder);
  return file === undefined ? undefined : readPluginIn(dirname(file));
}

/** The package.json of an installed package. Checks the name, because a run's files could name a path into the run. */
function packageFile(name: string, folder: string): string | undefined {
  return isPackageName(name) ? findUp(join('node_modules', name, 'package.json'), folder) : undefined;
}

/** The plugin in a package's folder; undefined if the package is not a plugin. */
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
    summaries: textsIn(forge.summaries),
    ofProgram: false,
    problem: problemOf(known),
  };
}

/** A package that was installed as a plugin but has no `forge` key; undefined if it is not installed. */
export async function readUndeclared(name: string, folder: string): Promise<PluginManifest | undefined> {
  const file = packageFile(name, folder);
  if (file === undefined) return undefined;
  const { version = '0.0.0' } = tryReadPackageJson(file) ?? {};
  const message = `${name} ${version} is not a Forge plugin: its package.json has no "forge" key.`;
  const hint = 'Remove it, or check the name of the package.';
  return {
    ...(Object.fromEntries(announcedKinds.map((kind) => [kind, []])) as unknown as Record<AnnouncedKind, string[]>),
    package: name,
    version,
    folder: dirname(file),
    plugin: '',
    port: Number.NaN,
    flags: [],
    summaries: {},
    ofProgram: false,
    problem: new ForgeError('PLUGIN_INVALID', message, { about: name, hint }),
  };
}

/** The label of a plugin in messages: `name 1.2.3`. */
export function labelOf(manifest: Pick<PluginManifest, 'package' | 'version'>): string {
  return `${manifest.package} ${manifest.version}`;
}

/** Other tools use a `forge` key, too. */
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
      'declares no plugin port in its package.json.',
      `Its author should add "port": ${pluginPort} under "forge".`,
    );
  }
  if (port !== pluginPort) {
    const outdated = port > pluginPort ? 'Forge' : 'the plugin';
    return problem(
      `is built for plugin port ${port}; this Forge has port ${pluginPort}.`,
      `Install a newer version of ${outdated}, so that their ports match.`,
    );
  }
  if (plugin === '') {
    return problem('declares no plugin module in its package.json.', 'Its author should add "plugin" under "forge".');
  }
  if (!existsSync(join(folder, plugin))) {
    return problem(
      `has no ${plugin}, which its package.json declares as its plugin module.`,
      'Install it again, or build it if you are its author.',
    );
  }
  return null;
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
