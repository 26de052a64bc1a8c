import { realpathSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryReadPackageJson } from '../../json/package-json.js';

const core = '@forge-ml/core';
const here = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs among Node's module hooks, in their own thread: only what it is given is there. */
const hooks = `
let parentURL;
export function initialize(url) { parentURL = url; }
export function resolve(specifier, context, next) {
  const own = specifier === '${core}' || specifier.startsWith('${core}/');
  return next(specifier, own ? { ...context, parentURL } : context);
}`;

let shared = false;

/**
 * Sees to it that a plugin that is about to be imported gets this core, not another copy that lies nearer to it, nor
 * none: a plugin that is linked, for example, has its own to be developed with. Where it would get this one anyway,
 * as most do, nothing is done.
 * @param folder the plugin's
 */
export function shareCore(folder: string): void {
  if (shared || coreOf(folder) === realpathSync(here)) return;
  shared = true;
  // Inside this package its own name means itself.
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: import.meta.url });
}

/** The folder of another copy of this package that code in a folder would import, were it not for `shareCore`. */
export function foreignCoreOf(folder: string): string | undefined {
  const found = coreOf(folder);
  return found === realpathSync(here) ? undefined : found;
}

/**
 * Whether a plugin says in its package.json that it uses the core of the program that loads it: a copy beside it is there to develop
 * and test it with, as in a package that `forge generate` has written, and nothing is wrong with that.
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
