import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder, readInstalledPackages, readPackageJson, tryReadPackageJson } from '@forge-ml/core/plugins';

/** A plugin as it is recorded, under the key `oclif`, in the package.json of the folder that plugins are installed in. */
export interface RecordedPlugin {
  readonly name: string;
  readonly type: 'user' | 'link';
  /** Where a linked one lies. */
  readonly root?: string;
  /** What one was installed from that has no name in the registry. */
  readonly url?: string;
  /** The version or tag that was asked for. */
  readonly tag?: string;
}

/** Written once; whoever edits it keeps what they wrote. */
const npmrc = `; How Forge installs plugins here. Scripts of packages are not run unless forge plugins install --allow-scripts says so.
ignore-scripts=true
; A folder is copied, not linked: forge plugins link links one.
install-links=true
audit=false
fund=false
update-notifier=false
`;

/** What is installed in the data folder, and from where; nothing where its package.json is missing or damaged. */
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

/** The folders of the plugins that are linked. */
export async function linkedFolders(dataFolder: string): Promise<string[]> {
  return (await recordedPlugins(dataFolder)).flatMap(({ type, root }) =>
    type === 'link' && root !== undefined ? [root] : [],
  );
}

/**
 * Makes the data folder one that npm installs into as Forge wants it.
 * @throws ForgeError FILE_SYSTEM where its package.json is damaged
 */
export async function prepareDataFolder(dataFolder: string): Promise<void> {
  await makeFolder(dataFolder);
  const file = join(dataFolder, 'package.json');
  if (existsSync(file)) readPackageJson(file);
  else await writeFile(file, `${JSON.stringify({ private: true }, null, 2)}\n`);
  const settings = join(dataFolder, '.npmrc');
  if (!existsSync(settings)) await writeFile(settings, npmrc);
}

/** @throws ForgeError FILE_SYSTEM where the folder's package.json is damaged: it is not replaced */
export async function recordPlugins(dataFolder: string, plugins: readonly RecordedPlugin[]): Promise<void> {
  const file = join(dataFolder, 'package.json');
  const content = existsSync(file) ? readPackageJson(file).content : {};
  const recorded = { ...content, oclif: { ...(content.oclif as object | undefined), plugins } };
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Whether a word names where a package is, such as `file:/a`, `git+https://b/c` or `user/repository`. */
export function isAddress(word: string): boolean {
  return word.includes(':') || /^[^@/]+\//.test(word);
}

/** The name in a word that npm finds in its registry: `numeric` of `numeric@1.2.3`. */
export function nameIn(word: string): string {
  return word.replace(/(?<!^)@.*$/, '');
}

/** Which package was installed: the one whose entry is new or changed, else the one that is named. */
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

/** Packages in the data folder that have scripts to run when they are installed: `name version`. */
export function packagesWithScripts(dataFolder: string): string[] {
  return [...readInstalledPackages(dataFolder)]
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([at, { version }]) => `${at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`);
}
