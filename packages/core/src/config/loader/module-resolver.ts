import { dirname, join } from 'node:path';
import type { createJiti, Jiti } from 'jiti';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { cacheFolder } from '../../fs/cache-folder.js';
import { findUp } from '../../fs/find-up.js';

export interface ModuleResolverOptions {
  /** Bare specifiers that resolve to a given file. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Where the search for a file's tsconfig.json (for its `paths`) ends. Undefined: the file system's root. */
  readonly boundary: string | undefined;
}

/** Resolves a file's imports and compiles it: jiti without its module cache, which the whole process shares. */
export type JitiOf = (file: string) => Pick<Jiti, 'esmResolve' | 'resolve' | 'transform'>;

/** One jiti for the TypeScript files of a folder and one for its other files, whose imports resolve differently. */
export function createModuleResolver(create: typeof createJiti, options: ModuleResolverOptions): JitiOf {
  const instances = new Map<string, Jiti>();
  const fsCache = options.boundary === undefined ? compiledConfigs() : false;
  const make = (file: string, tsconfigPaths: string | false) =>
    create(file, {
      alias: { ...options.aliases },
      tsconfigPaths,
      fsCache,
      moduleCache: false,
      interopDefault: false,
      sourceMaps: true,
      tryNative: false,
    });
  return (file) => {
    const folder = dirname(file);
    const any = join(folder, isTypeScript(file) ? '_.ts' : '_.js');
    let jiti = instances.get(any);
    if (jiti === undefined) {
      const tsconfig = findUp('tsconfig.json', folder, options.boundary);
      jiti = tsconfig === undefined ? make(any, false) : withTsconfig(tsconfig, (paths) => make(any, paths));
      instances.set(any, jiti);
    }
    return jiti;
  };
}

export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

/** A tsconfig.json that extends a missing package is ignored; most code needs no `paths`. */
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

/** The cache of compiled configs. Stored code, whose hashes were checked, is compiled each time. */
function compiledConfigs(): string {
  return join(cacheFolder(), 'configs');
}
