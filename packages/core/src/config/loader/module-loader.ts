import { realpath } from 'node:fs/promises';
import type { OpenDataset } from '../../data/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { FileRead } from './file-reads.js';
import { loadFailure } from './load-failure.js';
import { ModuleInstances } from './module-instances.js';
import { createModuleResolver } from './module-resolver.js';

export interface ModuleLoaderOptions {
  /** Bare specifiers that mean something already running: core itself, the engine. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** Bare specifiers that resolve to a given file. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Where the search for a file's tsconfig.json (for its `paths`) ends; the file system's root where omitted. */
  readonly boundary?: string | undefined;
  /** Opens datasets for what is loaded, with the plugins of whoever loads it. */
  readonly openDataset?: OpenDataset;
}

/**
 * Loads TypeScript, ESM, CommonJS and JSON as they stand, with the stack traces of the sources. Each loader has modules
 * of its own, which are freed with it: what is loaded at the same time in one process is not shared. Packages are.
 */
export interface ModuleLoader {
  /** @throws ForgeError CONFIG_FAILED when the module cannot be read, parsed or run. */
  import(path: string): Promise<Record<string, unknown>>;
  /** From now on only these files, by absolute path, may be imported: those a run keeps. */
  confine(files: Iterable<string>): void;
  readonly openDataset: OpenDataset | undefined;
  /** What the configs read while they were loaded, by path. */
  readonly reads: Map<string, FileRead>;
}

export async function createModuleLoader(options: ModuleLoaderOptions): Promise<ModuleLoader> {
  const { createJiti } = await import('jiti');
  process.setSourceMapsEnabled(true);
  // What a config means by that name is this very copy, found by it: the loader itself needs nothing of it.
  const core: unknown = await import(import.meta.resolve('@forge-ml/core'));
  const resolver = createModuleResolver(createJiti, { aliases: options.aliases ?? {}, boundary: options.boundary });
  const instances = new ModuleInstances(resolver, { '@forge-ml/core': core, ...options.modules });
  let kept: ReadonlySet<string> | undefined;
  return {
    openDataset: options.openDataset,
    reads: new Map(),
    confine(files) {
      kept = new Set(files);
    },
    async import(path) {
      if (kept?.has(path) === false && !kept.has(await realpath(path))) throw notKept(path);
      try {
        return await instances.import(path);
      } catch (error) {
        throw loadFailure(error, path);
      }
    },
  };
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
