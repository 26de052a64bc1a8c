import { realpath, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import type { Message, Metafile } from 'esbuild';
import { ForgeError } from '../errors/forge-error.js';
import { followSelfReferences } from './self-reference.js';

/** An entry file and the files it declares beyond what its imports show. */
export interface TraceEntry {
  readonly path: string;
  readonly files: readonly string[];
}

export interface TracedImports {
  /** Absolute paths of every local file, the entries included, sorted. Links on the way from an entry are kept. */
  readonly files: readonly string[];
  /** Bare specifiers that lead out of the local files, each with a file that imports it; sorted. */
  readonly packages: readonly (readonly [specifier: string, importer: string])[];
}

/**
 * Follows the imports of the entries through local files: `import`, `require`, literal `import()`, JSON, tsconfig
 * `paths`, `imports` of package.json, and its own name. Other packages are not followed.
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
    const { inputs, warnings } = await follow([entry, ...listed.filter((file) => /\.[cm]?[jt]sx?$/.test(file))], path);
    const computed = warnings.find(({ id }) => computedImports.includes(id));
    if (computed !== undefined && listed.length === 0) throw computedImport(folder, computed);
    for (const file of [...inputs.keys(), ...listed]) files.add(file);
    for (const [file, { imports }] of inputs) {
      for (const found of imports) {
        const isPackage = found.external === true && !isBuiltin(found.path);
        if (isPackage && !packages.has(found.path)) packages.set(found.path, file);
      }
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

const computedImports = ['unsupported-dynamic-import', 'unsupported-require-call'];

interface Followed {
  /** By absolute path. */
  readonly inputs: ReadonlyMap<string, Metafile['inputs'][string]>;
  readonly warnings: readonly Message[];
}

/**
 * A file that is reached by a link is imported by the link's name, but imports others from where it really lies. Kept
 * under the name it is imported by, as a copy, it must find the same files from there, or could not be loaded again.
 */
async function follow(entryPoints: readonly string[], config: string): Promise<Followed> {
  const byName = await bundle(entryPoints, true).catch((failure: BuildFailure) => failure);
  if ('inputs' in byName && (await realNames(byName)).every((real, index) => real === namesOf(byName)[index]))
    return byName;
  const byPlace = await bundle(entryPoints, false).catch((failure: BuildFailure) => {
    throw untraceable(config, failure.errors?.[0] ?? { text: String(failure), location: null });
  });
  if ('inputs' in byName) {
    const reached = new Set(await realNames(byName));
    if (reached.size === byPlace.inputs.size && namesOf(byPlace).every((file) => reached.has(file))) return byName;
  }
  throw new ForgeError(
    'CODE_UNTRACEABLE',
    `${config} imports files through a link that leads away from what they import.`,
    {
      about: config,
      hint: 'Import them by their real path, or make a link to the whole folder instead.',
    },
  );
}

interface BuildFailure {
  readonly errors?: readonly Message[];
}

async function bundle(entryPoints: readonly string[], preserveSymlinks: boolean): Promise<Followed> {
  const { build } = await import('esbuild');
  const { createJiti } = await import('jiti');
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
    `The import at ${where} is computed, so the run cannot keep the file it loads.`,
    {
      about: where,
      hint: "List what it may load in the config, relative to it: `files: ['./layers/a.ts', './layers/b.ts']`.",
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
  const how = found === undefined ? 'there is no such file' : 'that is not a file';
  throw new ForgeError('CODE_UNTRACEABLE', `${config} lists ${file} in its files, but ${how}.`, {
    about: file,
    hint: 'List each file, relative to the config.',
  });
}
