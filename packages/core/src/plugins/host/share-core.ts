import { realpathSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join } from 'node:path';
import { tryReadPackageJson } from '../../json/package-json.js';

const core = '@forge-ml/core';
const here = dirname(createRequire(import.meta.url).resolve(`${core}/package.json`));

/** Source of a Node module hook, which runs in its own thread and cannot access variables of this module. */
const hooks = `
let parentURL;
export function initialize(url) { parentURL = url; }
export function resolve(specifier, context, next) {
  const own = specifier === '${core}' || specifier.startsWith('${core}/');
  return next(specifier, own ? { ...context, parentURL } : context);
}`;

let shared = false;

/**
 * Makes a plugin import this copy of core, even if another copy is nearer or none is installed: a linked plugin, for
 * example, has its own copy for development. Does nothing if the plugin imports this copy anyway.
 * @param folder of the plugin
 */
export function shareCore(folder: string): void {
  if (shared || coreOf(folder) === realpathSync(here)) return;
  shared = true;
  // Resolved from inside this package, its name is a self-reference.
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: import.meta.url });
}

/** The folder of another copy of this package that code in a folder would import without `shareCore`. */
export function foreignCoreOf(folder: string): string | undefined {
  const found = coreOf(folder);
  return found === realpathSync(here) ? undefined : found;
}

/**
 * Whether a plugin declares core as a peer dependency: its own copy is then for development and tests only, as in a
 * package that `forge generate` created.
 */
export function isPeerOfCore(folder: string): boolean {
  const own = tryReadPackageJson(join(folder, 'package.json'));
  return own !== undefined && Object.hasOwn(own.peerDependencies, core) && !Object.hasOwn(own.dependencies, core);
}

/** The core that code in a folder would import. */
function coreOf(folder: string): string | undefined {
  try {
    const manifest = createRequire(join(realpathSync(folder), 'package.json')).resolve(`${core}/package.json`);
    return realpathSync(join(manifest, '..'));
  } catch {
    return undefined;
  }
}
