import { readdir, stat } from 'node:fs/promises';
import { ForgeError } from '@forge-ml/core';
import { dependencySpec } from './package-origin.js';
import type { Origin } from './scaffold.js';
import { writeTemplate } from './write-template.js';

/** The kinds of plugins, each with the command or call that uses it. */
export const pluginKinds = {
  backend: (name: string) => `forge train --backend ${name}`,
  sink: (name: string) => `forge train --sink ${name}`,
  hook: (name: string) => `forge train --hook ${name}`,
  'checkpoint-store': (name: string) => `forge train --checkpoint-store ${name}`,
  launcher: (name: string) => `forge train --launcher ${name}`,
  sampler: (name: string) => `forge sweep --method ${name}`,
  reader: (name: string) => `Forge.openDataset('${name}', PATH)`,
  exporter: (name: string) => `forge export RUN --format ${name}`,
  command: (name: string) => `forge ${name}`,
} as const;
export type PluginKind = keyof typeof pluginKinds;

/** Names that Forge itself uses, in addition to those of its commands. */
const reserved: Readonly<Record<PluginKind, readonly string[]>> = {
  backend: [],
  sink: ['none'],
  hook: ['none'],
  'checkpoint-store': ['files'],
  launcher: ['local', 'none'],
  sampler: ['grid', 'random', 'sobol', 'tpe'],
  reader: ['safetensors'],
  exporter: ['safetensors'],
  command: ['help'],
};

/** The name of the package and of its folder. */
export function packageOf(kind: PluginKind, name: string): string {
  return `forge-${kind}-${name}`;
}

/**
 * @param commands the first words of existing commands, which no plugin can replace
 * @throws ForgeError USAGE for a name that cannot be used on the command line
 */
export function checkPluginName(kind: PluginKind, name: string, commands: readonly string[]): void {
  const refuse = (message: string, hint: string) => {
    throw new ForgeError('USAGE', message, { about: 'name', hint });
  };
  const prefix = packageOf(kind, '');
  if (name.startsWith(prefix) && name !== prefix) {
    const bare = name.slice(prefix.length);
    refuse(
      `Give the NAME of "${pluginKinds[kind]('NAME')}", not that of the package.`,
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
      `"${name}" is not a valid name for ${kind === 'exporter' ? 'an' : 'a'} ${kind}: use lowercase letters, digits and single hyphens, starting with a letter, at most 40 characters.`,
      `forge generate ${kind} ${likely || 'abacus'}`,
    );
  }
  if (reserved[kind].includes(name) || (kind === 'command' && commands.includes(name))) {
    refuse(`"${pluginKinds[kind](name)}" is reserved by Forge.`, `Choose another name, e.g. my-${name}.`);
  }
}

/**
 * Writes the package of a plugin, which builds and passes its tests unchanged.
 * @param origin of Forge's packages
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE, FILE_SYSTEM; no file is left behind
 */
export async function generatePlugin(
  kind: PluginKind,
  name: string,
  folder: string,
  { version, searchFrom }: Origin,
): Promise<string[]> {
  const hint = `Choose a new folder: forge generate ${kind} ${name} --folder FOLDER.`;
  if (!(await isFree(folder))) {
    throw new ForgeError('USAGE', `${folder} already exists.`, { about: 'folder', hint });
  }
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return writeTemplate(folder, {
    from: ['plugins/common', `plugins/${kind}`],
    values: { name, camel, package: packageOf(kind, name), version: `^${version}` },
    spec: (dependency) => dependencySpec(dependency, version, searchFrom),
    hint,
  });
}

/** True for a missing path and for an empty folder. */
async function isFree(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || (found.isDirectory() && (await readdir(path)).length === 0);
}
