import { realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Message, Metafile } from 'esbuild';
import { ForgeError } from '../errors/forge-error.js';

/** An entry file and the files it declares beyond what its imports show. */
export interface TraceEntry {
  readonly path: string;
  readonly files: readonly string[];
}

export interface TracedImports {
  /** Absolute real paths of every local file, the entries included, sorted. */
  readonly files: readonly string[];
  /** Bare specifiers that lead out of the local files, sorted. */
  readonly packages: readonly string[];
}

/**
 * Follows the imports of the entries through local files: `import`, `require`, literal `import()`, JSON, tsconfig
 * `paths`. Packages are not followed.
 * @throws ForgeError CODE_UNTRACEABLE for a computed import in a file whose entry does not list `files`.
 */
export async function traceImports(entries: readonly TraceEntry[]): Promise<TracedImports> {
  const { build } = await import('esbuild');
  const files = new Set<string>();
  const packages = new Set<string>();
  for (const entry of entries) {
    const path = await realpath(entry.path);
    const folder = dirname(path);
    const listed = entry.files.map((file) => resolve(folder, file));
    const code = listed.filter((file) => /\.[cm]?[jt]sx?$/.test(file));
    const { metafile, warnings } = await build({
      entryPoints: [path, ...code],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      outdir: folder,
      metafile: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      loader: { '.node': 'file' },
      logOverride: { 'unsupported-dynamic-import': 'warning', 'unsupported-require-call': 'warning' },
    }).catch((failure: { errors?: Message[] }) => {
      throw untraceable(entry.path, failure.errors?.[0] ?? { text: String(failure), location: null });
    });
    const computed = warnings.find(
      ({ id }) => id === 'unsupported-dynamic-import' || id === 'unsupported-require-call',
    );
    if (computed !== undefined && listed.length === 0) throw computedImport(folder, computed);
    for (const file of [...Object.keys(metafile.inputs).map((input) => resolve(folder, input)), ...listed]) {
      files.add(await realFile(file, entry.path));
    }
    for (const specifier of externals(metafile)) packages.add(specifier);
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function externals(metafile: Metafile): string[] {
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return imports.filter((found) => found.external && !found.path.startsWith('node:')).map((found) => found.path);
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

/** Imports lead to files; what a config lists may be missing, or a folder. */
async function realFile(file: string, config: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() === true) return realpath(file);
  const how = found === undefined ? 'there is no such file' : 'that is not a file';
  throw new ForgeError('CODE_UNTRACEABLE', `${config} lists ${file} in its files, but ${how}.`, {
    about: file,
    hint: 'List each file, relative to the config.',
  });
}
