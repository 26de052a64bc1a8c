import { realpath } from 'node:fs/promises';
import type { DatasetOpener } from '../../data/pipeline/dataset-reader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Sha256 } from '../../fs/checksum.js';
import { requirePackage } from '../../fs/require-package.js';
import type { FileRead } from './file-reads.js';
import { loadFailure } from './load-failure.js';
import { ModuleFiles } from './module-files.js';
import { ModuleInstances } from './module-instances.js';
import { createModuleResolver } from './module-resolver.js';
import { SourceFiles } from './source-files.js';

export interface ModuleLoaderOptions {
  /** Modules already loaded, by bare specifier: core itself, the engine. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** Bare specifiers that resolve to a given file. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Where the search for a file's tsconfig.json (for its `paths`) ends. Default: the file system's root. */
  readonly boundary?: string | undefined;
  /** Opens datasets for the loaded configs, with the caller's plugins. */
  readonly datasets?: DatasetOpener;
  /** What these files must contain, by path: a file that was changed is not run. */
  readonly checksums?: ReadonlyMap<string, Sha256>;
  /** A loader with the same options: the files that it has read are not read and compiled again. */
  readonly like?: Pick<ModuleLoader, 'files'> | undefined;
}

/** What a worker thread needs to load the same modules. */
export type SharedLoaderOptions = Pick<ModuleLoaderOptions, 'aliases' | 'boundary' | 'checksums'>;

/**
 * Loads TypeScript, ESM, CommonJS and JSON without a build step, with stack traces of the sources. Each loader has its
 * own modules, which are garbage collected with it. Packages are shared by the process.
 */
export interface ModuleLoader {
  /** @throws ForgeError CONFIG_FAILED if the module cannot be read, parsed or run. */
  import(path: string): Promise<Record<string, unknown>>;
  /** From now on only these files, by absolute path, may be imported: the stored files of a run. */
  confine(files: Iterable<string>): void;
  readonly datasets: DatasetOpener | undefined;
  readonly files: ModuleFiles;
  /** Files that the configs read while they were loaded, by path. */
  readonly reads: Map<string, FileRead>;
  /** Options for the loader of a worker thread, which then runs the code that this loader has run, or none. */
  shared(): SharedLoaderOptions;
  /** Notes what `close` has to release: worker threads. */
  onClose(release: () => Promise<void>): void;
  /** Releases what the configs opened. They open it again where they need it again. */
  close(): Promise<void>;
}

export async function createModuleLoader(options: ModuleLoaderOptions): Promise<ModuleLoader> {
  const { createJiti } = requirePackage('jiti');
  process.setSourceMapsEnabled(true);
  // Configs share this copy of core. Imported by name, so that the loader does not depend on the entry point.
  const core: unknown = await import(import.meta.resolve('@forge-ml/core'));
  const { aliases = {}, boundary } = options;
  const read = () => {
    const resolver = createModuleResolver(createJiti, { aliases, boundary });
    return new ModuleFiles(
      resolver,
      { '@forge-ml/core': core, ...options.modules },
      new SourceFiles(options.checksums),
    );
  };
  const files = options.like?.files ?? read();
  const instances = new ModuleInstances(files);
  const releases = new Set<() => Promise<void>>();
  let allowed: ReadonlySet<string> | undefined;
  return {
    datasets: options.datasets,
    files,
    reads: new Map(),
    shared: () => ({ aliases, boundary, checksums: files.sources.checksums }),
    onClose(release) {
      releases.add(release);
    },
    async close() {
      await Promise.all([...releases].map((release) => release()));
    },
    confine(files) {
      allowed = new Set(files);
    },
    async import(path) {
      if (allowed?.has(path) === false && !allowed.has(await realpath(path))) throw notStored(path);
      try {
        return await instances.import(path);
      } catch (error) {
        throw loadFailure(error, path);
      }
    },
  };
}

function notStored(path: string): ForgeError {
  return new ForgeError('CODE_UNTRACEABLE', `A config loads ${path}, which is not stored with the run.`, {
    about: path,
    hint: "List it in the config that loads it, by its path relative to the config: `files: ['./other.ts']`.",
  });
}
