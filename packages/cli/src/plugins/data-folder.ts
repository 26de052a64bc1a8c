import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '@forge-ml/core/plugins';

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

export interface DataPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly oclif?: { readonly plugins?: readonly RecordedPlugin[] };
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

/** What lies in the data folder's package.json; nothing where there is none, or a damaged one. */
export async function readDataPackage(dataFolder: string): Promise<DataPackage> {
  try {
    return JSON.parse(await readFile(join(dataFolder, 'package.json'), 'utf8')) as DataPackage;
  } catch {
    return {};
  }
}

export async function recordedPlugins(dataFolder: string): Promise<readonly RecordedPlugin[]> {
  const plugins: unknown = (await readDataPackage(dataFolder)).oclif?.plugins;
  return Array.isArray(plugins) ? (plugins as RecordedPlugin[]) : [];
}

/** The folders of the plugins that are linked. */
export async function linkedFolders(dataFolder: string): Promise<string[]> {
  return (await recordedPlugins(dataFolder)).flatMap(({ type, root }) =>
    type === 'link' && root !== undefined ? [root] : [],
  );
}

/** Makes the data folder one that npm installs into as Forge wants it. */
export async function prepareDataFolder(dataFolder: string): Promise<void> {
  await makeFolder(dataFolder);
  const file = join(dataFolder, 'package.json');
  if (!existsSync(file)) await writeFile(file, `${JSON.stringify({ private: true }, null, 2)}\n`);
  const settings = join(dataFolder, '.npmrc');
  if (!existsSync(settings)) await writeFile(settings, npmrc);
}

export async function recordPlugins(dataFolder: string, plugins: readonly RecordedPlugin[]): Promise<void> {
  const data = await readDataPackage(dataFolder);
  const recorded = { ...data, oclif: { ...data.oclif, plugins } };
  await writeFile(join(dataFolder, 'package.json'), `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Whether a word names where a package is, such as `file:/a`, `git+https://b/c` or `user/repository`. */
export function isAddress(word: string): boolean {
  return word.includes(':') || /^[^@/]+\//.test(word);
}

/** The name in a word that npm finds in its registry: `numeric` of `numeric@1.2.3`. */
export function nameIn(word: string): string {
  return word.replace(/(?<!^)@.*$/, '');
}

/** Which package an installation brought: the one whose entry is new or changed, else the one that is named. */
export function packageInstalled(
  dataFolder: string,
  before: DataPackage,
  after: DataPackage,
  word: string,
): string | undefined {
  const entries = Object.entries(after.dependencies ?? {});
  const changed = entries.filter(([name, from]) => before.dependencies?.[name] !== from);
  if (changed.length === 1) return changed[0]![0];
  const same = ([name, from]: readonly [string, string]) =>
    name === nameIn(word) || from === word || isFile(from, word, dataFolder);
  return entries.find(same)?.[0];
}

function isFile(from: string, word: string, dataFolder: string): boolean {
  return from.startsWith('file:') && `file:${resolve(dataFolder, from.slice('file:'.length))}` === word;
}

/** Packages in the data folder that have scripts to run when they are installed: `name version`. */
export async function packagesWithScripts(dataFolder: string): Promise<string[]> {
  const path = join(dataFolder, 'node_modules', '.package-lock.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const { packages = {} } = JSON.parse(text) as {
    packages?: Readonly<Record<string, { hasInstallScript?: boolean; version?: string }>>;
  };
  return Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([at, { version }]) => `${at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`);
}
