import { readFile, realpath, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import type { Message, Metafile } from 'esbuild';
import { ForgeError } from '../errors/forge-error.js';
import { requirePackage } from '../fs/require-package.js';
import { filesNamedByUrl } from './needed-files.js';
import { followSelfReferences } from './self-reference.js';

/** An entry file, and the files that it lists in addition to its imports. */
export interface TraceEntry {
  readonly path: string;
  readonly files: readonly string[];
}

export interface TracedImports {
  /** Absolute paths of all local files, including the entries, sorted. Links are not resolved, except of the entries. */
  readonly files: readonly string[];
  /** Bare specifiers of packages, each with a file that imports it; sorted. */
  readonly packages: readonly (readonly [specifier: string, importer: string])[];
}

/**
 * Follows the imports of the entries through local files: `import`, `require`, literal `import()`, JSON, tsconfig
 * `paths`, `imports` of package.json, its own name, and `new URL('./worker.ts', import.meta.url)` of code. Other packages
 * are not followed.
 * @throws ForgeError CODE_UNTRACEABLE for a computed import in a file whose entry does not list `files`.
 */
export async function traceImports(entries: readonly TraceEntry[]): Promise<TracedImports> {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  for (const { path, files: more } of entries) {
    const entry = await realpath(path);
    const folder = dirname(entry);
    const listed = more.map((file) => resolve(folder, file));
    for (const file of listed) await mustBeFile(file, path);
    const { inputs, warnings } = await followWithUrls([entry, ...listed.filter(isCode)], path);
    const computed = warnings.find(({ id }) => computedImports.includes(id));
    if (computed !== undefined && listed.length === 0) throw computedImport(folder, computed);
    for (const file of [...inputs.keys(), ...listed]) files.add(file);
    for (const [file, { imports }] of inputs) {
      for (const found of imports) {
        // A local file that is imported for its types only is external too.
        const isPackage = found.external === true && !isBuiltin(found.path) && !/^\.{0,2}\//.test(found.path);
        if (isPackage && !packages.has(found.path)) packages.set(found.path, file);
      }
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function isCode(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}

/** Code that is named by a URL runs in worker threads: it is followed as if it were imported. */
async function followWithUrls(entryPoints: readonly string[], config: string): Promise<Followed> {
  const followed = await follow(entryPoints, config);
  const named: string[] = [];
  for (const path of namesOf(followed).filter(isCode)) {
    named.push(...(await filesNamedByUrl(path, await readFile(path))).filter(isCode));
  }
  const more = new Set(named.filter((file) => !followed.inputs.has(file)));
  return more.size === 0 ? followed : followWithUrls([...entryPoints, ...more], config);
}

const computedImports = ['unsupported-dynamic-import', 'unsupported-require-call'];

interface Followed {
  /** By absolute path. */
  readonly inputs: ReadonlyMap<string, Metafile['inputs'][string]>;
  readonly warnings: readonly Message[];
}

/**
 * A linked file is imported by the link's name, but resolves its own imports from its real path. The run stores it under
 * the link's name, where the copy must find the same files; otherwise the run could not be loaded again.
 */
async function follow(entryPoints: readonly string[], config: string): Promise<Followed> {
  const byLink = await bundle(entryPoints, true).catch((failure: BuildFailure) => failure);
  if ('inputs' in byLink && (await realNames(byLink)).every((real, index) => real === namesOf(byLink)[index]))
    return byLink;
  const byRealPath = await bundle(entryPoints, false).catch((failure: BuildFailure) => {
    throw untraceable(config, failure.errors?.[0] ?? { text: String(failure), location: null });
  });
  if ('inputs' in byLink) {
    const reached = new Set(await realNames(byLink));
    if (reached.size === byRealPath.inputs.size && namesOf(byRealPath).every((file) => reached.has(file)))
      return byLink;
  }
  throw new ForgeError(
    'CODE_UNTRACEABLE',
    `${config} imports a file through a link, but that file's own imports are not next to the link.`,
    {
      about: config,
      hint: 'Import the file by its real path, or link the whole folder instead.',
    },
  );
}

interface BuildFailure {
  readonly errors?: readonly Message[];
}

async function bundle(entryPoints: readonly string[], preserveSymlinks: boolean): Promise<Followed> {
  const { build } = requirePackage('esbuild');
  const { createJiti } = requirePackage('jiti');
  const folder = dirname(entryPoints[0]!);
  const { metafile, warnings } = await build({
    entryPoints: [...entryPoints],
    absWorkingDir: folder,
    bundle: true,
    write: false,
    outdir: folder,
    metafile: true,
    packages: 'external',
    plugins: [followSelfReferences(createJiti(import.meta.url))],
    preserveSymlinks,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    loader: { '.node': 'file' },
    logOverride: { 'unsupported-dynamic-import': 'warning', 'unsupported-require-call': 'warning' },
  });
  return {
    inputs: new Map(Object.entries(metafile.inputs).map(([path, input]) => [resolve(folder, path), input])),
    warnings,
  };
}

function namesOf({ inputs }: Followed): string[] {
  return [...inputs.keys()];
}

function realNames(followed: Followed): Promise<string[]> {
  return Promise.all(namesOf(followed).map((file) => realpath(file)));
}

function computedImport(folder: string, { location }: Pick<Message, 'location'>): ForgeError {
  const where =
    location === null ? folder : `${relative(process.cwd(), resolve(folder, location.file))}:${location.line}`;
  return new ForgeError(
    'CODE_UNTRACEABLE',
    `The import at ${where} is computed, so the run cannot store the file it loads.`,
    {
      about: where,
      hint: "List the files it may load in the config, relative to it: `files: ['./layers/a.ts', './layers/b.ts']`.",
    },
  );
}

function untraceable(path: string, { text, location }: Pick<Message, 'text' | 'location'>): ForgeError {
  const where = location === null ? path : `${location.file}:${location.line}`;
  return new ForgeError('CODE_UNTRACEABLE', `The imports of ${path} cannot be followed: ${text} (${where}).`, {
    about: where,
  });
}

async function mustBeFile(file: string, config: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() === true) return;
  const problem = found === undefined ? 'does not exist' : 'is not a file';
  throw new ForgeError('CODE_UNTRACEABLE', `${config} lists ${file} in its files, but it ${problem}.`, {
    about: file,
    hint: 'List each file, relative to the config.',
  });
}
