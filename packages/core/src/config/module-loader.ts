import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import type { Jiti } from 'jiti';
import type { OpenDataset } from '../data/dataset-reader.js';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { findUpwards } from '../files/find-upwards.js';
import type { FileRead } from './file-reads.js';
import { isPackageName, packageNameOf } from './package-name.js';

export interface ModuleLoaderOptions {
  /** Bare specifiers that mean something already running: core itself, the engine. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** Bare specifiers that resolve to a given file. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Where the search for a file's tsconfig.json (for its `paths`) ends; the file system's root where left out. */
  readonly boundary?: string | undefined;
  /** Opens datasets for what is loaded, with the plugins of whoever loads it. */
  readonly openDataset?: OpenDataset;
}

/** Loads TypeScript, ESM, CommonJS and JSON as they stand, with the stack traces of the sources. */
export interface ModuleLoader {
  /** @throws ForgeError CONFIG_FAILED when the module cannot be read, parsed or run. */
  import(path: string): Promise<Record<string, unknown>>;
  /** From now on only these files, by absolute path, may be imported: those a run keeps. */
  confine(files: Iterable<string>): void;
  readonly openDataset: OpenDataset | undefined;
  /** What the configs read while they were loaded, by path. */
  readonly reads: Map<string, FileRead>;
}

/** Node's own module cache, which the loader shares so that modules importing one another meet one instance. */
const cache = createRequire(import.meta.url).cache;
const loadedHere = new Set<string>();

export async function createModuleLoader(options: ModuleLoaderOptions): Promise<ModuleLoader> {
  const { createJiti } = await import('jiti');
  process.setSourceMapsEnabled(true);
  // A new loader means new meanings for bare imports: what was loaded with the old ones must not be reused.
  for (const path of loadedHere) delete cache[path];
  loadedHere.clear();
  // What a config means by that name is this very copy, found by it: the loader itself needs nothing of it.
  const core: unknown = await import(import.meta.resolve('@forge-ml/core'));
  const loaders = new Map<string | false, Jiti>();
  let kept: ReadonlySet<string> | undefined;
  return {
    openDataset: options.openDataset,
    reads: new Map(),
    confine(files) {
      kept = new Set(files);
    },
    async import(path) {
      if (kept?.has(path) === false && !kept.has(await realpath(path))) throw notKept(path);
      const tsconfig = findUpwards('tsconfig.json', dirname(path), options.boundary) ?? false;
      let jiti = loaders.get(tsconfig);
      if (jiti === undefined) {
        const withPaths = (tsconfigPaths: string | false): Jiti =>
          createJiti(import.meta.url, {
            virtualModules: { '@forge-ml/core': core, ...options.modules },
            alias: { ...options.aliases },
            tsconfigPaths,
            sourceMaps: true,
            fsCache: options.boundary === undefined ? compiledConfigs() : false,
          });
        jiti = tsconfig === false ? withPaths(false) : withTsconfig(tsconfig, withPaths);
        loaders.set(tsconfig, jiti);
      }
      return importTracked(jiti, path);
    },
  };
}

/** A tsconfig.json that extends what is not installed gives no `paths`; most code needs none. */
function withTsconfig(tsconfig: string, create: (tsconfig: string | false) => Jiti): Jiti {
  try {
    return create(tsconfig);
  } catch (error) {
    if (/^File .* not found\.$/.test(messageOf(error))) return create(false);
    throw new ForgeError('CONFIG_INVALID', `${tsconfig} cannot be used: ${messageOf(error)}`, {
      about: tsconfig,
      cause: error,
    });
  }
}

/**
 * Where compiled configs are kept: a folder of this user's own. In one shared with others, somebody else could plant
 * code there. Stored code, whose hashes were checked, is compiled anew each time.
 */
function compiledConfigs(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'forge', 'configs');
}

async function importTracked(jiti: Jiti, path: string): Promise<Record<string, unknown>> {
  const before = new Set(Object.keys(cache));
  try {
    return await jiti.import<Record<string, unknown>>(path);
  } catch (error) {
    throw explain(error, path);
  } finally {
    for (const key of Object.keys(cache)) {
      if (!before.has(key) && !key.includes(`${sep}node_modules${sep}`)) loadedHere.add(key);
    }
  }
}

function notKept(path: string): ForgeError {
  return new ForgeError(
    'CODE_UNTRACEABLE',
    `A config loads ${path}, which is not among the files that the run keeps.`,
    {
      about: path,
      hint: "List it in the config that loads it, relative to it: `files: ['./other.ts']`.",
    },
  );
}

function explain(error: unknown, path: string): ForgeError {
  if (isForgeError(error)) {
    const { code, about = path, hint } = error;
    const details = { about, cause: error, ...(hint === undefined ? {} : { hint }) };
    return new ForgeError(code, `${path}: ${error.message}`, details);
  }
  const [first = '', second = ''] = messageOf(error).split('\n');
  const parse = /^ParseError: (.*)$/.exec(first);
  if (parse !== null) {
    return new ForgeError('CONFIG_FAILED', `Syntax error in ${second.trim() || path}: ${parse[1]!.trim()}.`, {
      about: path,
      hint: 'Look at that line, or just before it.',
      cause: error,
    });
  }
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(first);
  if (missing !== null) {
    const specifier = missing[1]!;
    const isPackage = isPackageName(packageNameOf(specifier));
    return new ForgeError('CONFIG_FAILED', `${path} imports ${specifier}, which cannot be found.`, {
      about: specifier,
      hint: isPackage ? `npm install ${packageNameOf(specifier)}` : 'Check the path of the import.',
      cause: error,
    });
  }
  return new ForgeError('CONFIG_FAILED', `${path} failed while it was loaded: ${first}`, { about: path, cause: error });
}
