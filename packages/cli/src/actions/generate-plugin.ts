import { readdir, stat } from 'node:fs/promises';
import { ForgeError } from '@forge-ml/core';
import { dependencySpec } from './package-origin.js';
import type { Origin } from './scaffold.js';
import { writeTemplate } from './write-template.js';

/** What can be generated, and how its name is used. */
export const pluginKinds = {
  backend: (name: string) => `forge train --backend ${name}`,
  sink: (name: string) => `forge train --sink ${name}`,
  hook: (name: string) => `forge train --hook ${name}`,
  'checkpoint-store': (name: string) => `forge train --checkpoint-store ${name}`,
  launcher: (name: string) => `forge train --launcher ${name}`,
  reader: (name: string) => `Forge.openDataset('${name}', PATH)`,
  exporter: (name: string) => `forge export RUN --format ${name}`,
  command: (name: string) => `forge ${name}`,
} as const;
export type PluginKind = keyof typeof pluginKinds;

/** Names with a meaning of their own, beside those of Forge's own commands. */
const taken: Readonly<Record<PluginKind, readonly string[]>> = {
  backend: [],
  sink: ['none'],
  hook: ['none'],
  'checkpoint-store': ['files'],
  launcher: ['local', 'none'],
  reader: ['safetensors'],
  exporter: ['safetensors'],
  command: ['help'],
};

/** The package's name and the folder's, by the name of what it brings. */
export function packageOf(kind: PluginKind, name: string): string {
  return `forge-${kind}-${name}`;
}

/**
 * @param commands the first words of the commands that there are, which no plugin can replace
 * @throws ForgeError USAGE where the name cannot be what is typed after `--backend` and its like
 */
export function checkPluginName(kind: PluginKind, name: string, commands: readonly string[]): void {
  const refuse = (message: string, hint: string) => {
    throw new ForgeError('USAGE', message, { about: 'name', hint });
  };
  const prefix = packageOf(kind, '');
  if (name.startsWith(prefix) && name !== prefix) {
    const bare = name.slice(prefix.length);
    refuse(
      `The name is the one in "${pluginKinds[kind]('NAME')}", not the package's.`,
      `forge generate ${kind} ${bare}`,
    );
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    const likely = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .slice(0, 40)
      .replace(/-+$/, '');
    refuse(
      `"${name}" is no name for ${kind === 'exporter' ? 'an' : 'a'} ${kind}: small letters, digits and single hyphens, a letter first, at most 40.`,
      `forge generate ${kind} ${likely || 'abacus'}`,
    );
  }
  if (taken[kind].includes(name) || (kind === 'command' && commands.includes(name))) {
    refuse(`"${pluginKinds[kind](name)}" has a meaning of its own.`, `Name it otherwise, e.g. my-${name}.`);
  }
}

/**
 * Writes the package of a plugin, which builds and passes its tests as it is.
 * @param origin of Forge's packages
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE, FILE_SYSTEM; nothing stays then
 */
export async function generatePlugin(
  kind: PluginKind,
  name: string,
  folder: string,
  { version, searchFrom }: Origin,
): Promise<string[]> {
  const hint = `Name a new folder: forge generate ${kind} ${name} --folder FOLDER.`;
  if (!(await isFree(folder))) {
    throw new ForgeError('USAGE', `${folder} exists already, and is left as it is.`, { about: 'folder', hint });
  }
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return writeTemplate(folder, {
    from: ['plugins/common', `plugins/${kind}`],
    values: { name, camel, package: packageOf(kind, name), version: `^${version}` },
    spec: (dependency) => dependencySpec(dependency, version, searchFrom),
    hint,
  });
}

/** Nothing, or an empty folder. */
async function isFree(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there === undefined || (there.isDirectory() && (await readdir(path)).length === 0);
}
