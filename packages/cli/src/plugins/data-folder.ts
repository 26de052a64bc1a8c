import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder, readInstalledPackages, readPackageJson, tryReadPackageJson } from '@forge-ml/core/plugins';

/** A plugin's record under the key `oclif` of the data folder's package.json. */
export interface RecordedPlugin {
  readonly name: string;
  readonly type: 'user' | 'link';
  /** The folder of a linked plugin. */
  readonly root?: string;
  /** The address of a plugin that was not installed from the registry. */
  readonly url?: string;
  /** The requested version or tag. */
  readonly tag?: string;
}

/** Written once, so that a user's edits are kept. */
const npmrc = `; How Forge installs plugins here. Install scripts run only with forge plugins install --allow-scripts.
ignore-scripts=true
; Folders are copied. To link one: forge plugins link.
install-links=true
audit=false
fund=false
update-notifier=false
`;

/** The dependencies of the data folder; none if its package.json is missing or invalid. */
export function installedIn(dataFolder: string): Readonly<Record<string, string>> {
  return tryReadPackageJson(join(dataFolder, 'package.json'))?.dependencies ?? {};
}

export async function recordedPlugins(dataFolder: string): Promise<readonly RecordedPlugin[]> {
  const oclif = tryReadPackageJson(join(dataFolder, 'package.json'))?.content.oclif as { plugins?: unknown } | null;
  return Array.isArray(oclif?.plugins) ? (oclif.plugins as unknown[]).filter(isRecorded) : [];
}

function isRecorded(plugin: unknown): plugin is RecordedPlugin {
  const { name, root } = (plugin ?? {}) as Partial<RecordedPlugin>;
  return typeof name === 'string' && (root === undefined || typeof root === 'string');
}

/** The folders of the linked plugins. */
export async function linkedFolders(dataFolder: string): Promise<string[]> {
  return (await recordedPlugins(dataFolder)).flatMap(({ type, root }) =>
    type === 'link' && root !== undefined ? [root] : [],
  );
}

/**
 * Creates the data folder and its npm settings.
 * @throws ForgeError FILE_SYSTEM if its package.json is invalid
 */
export async function prepareDataFolder(dataFolder: string): Promise<void> {
  await makeFolder(dataFolder);
  const file = join(dataFolder, 'package.json');
  if (existsSync(file)) readPackageJson(file);
  else await writeFile(file, `${JSON.stringify({ private: true }, null, 2)}\n`);
  const settings = join(dataFolder, '.npmrc');
  if (!existsSync(settings)) await writeFile(settings, npmrc);
}

/** @throws ForgeError FILE_SYSTEM if the folder's package.json is invalid; it is not overwritten */
export async function recordPlugins(dataFolder: string, plugins: readonly RecordedPlugin[]): Promise<void> {
  const file = join(dataFolder, 'package.json');
  const content = existsSync(file) ? readPackageJson(file).content : {};
  const recorded = { ...content, oclif: { ...(content.oclif as object | undefined), plugins } };
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Whether a word is an address, such as `file:/a`, `git+https://b/c` or `user/repository`, and not a name. */
export function isAddress(word: string): boolean {
  return word.includes(':') || /^[^@/]+\//.test(word);
}

/** The package name in a registry spec: `numeric` of `numeric@1.2.3`. */
export function nameIn(word: string): string {
  return word.replace(/(?<!^)@.*$/, '');
}

/** Which package npm installed: the one whose entry is new or changed, else the one named by the word. */
export function packageInstalled(
  dataFolder: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  word: string,
): string | undefined {
  const entries = Object.entries(after);
  const changed = entries.filter(([name, from]) => before[name] !== from);
  if (changed.length === 1) return changed[0]![0];
  const same = ([name, from]: readonly [string, string]) =>
    name === nameIn(word) || from === word || isFile(from, word, dataFolder);
  return entries.find(same)?.[0];
}

function isFile(from: string, word: string, dataFolder: string): boolean {
  return from.startsWith('file:') && `file:${resolve(dataFolder, from.slice('file:'.length))}` === word;
}

/** Packages in the data folder that have install scripts: `name version`. */
export function packagesWithScripts(dataFolder: string): string[] {
  return [...readInstalledPackages(dataFolder)]
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([at, { version }]) => `${at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`);
}
