import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, isAbsolute, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../errors/forge-error.js';
import { compileModule } from './module-compiler.js';
import { createNamespaces } from './module-namespace.js';
import type { JitiOf } from './module-resolver.js';
import { isPackageName, packageNameOf } from './package-name.js';

/** One module of one loader. */
interface Instance {
  readonly path: string;
  /** What CommonJS calls `module`. */
  readonly module: { readonly id: string; readonly filename: string; exports: unknown; loaded: boolean };
  state: 'new' | 'loading' | 'loaded' | 'failed';
  error?: unknown;
  /** While it is loading by `import`. */
  done?: Promise<void>;
  /** What it is importing now. */
  readonly waitsFor: Set<Instance>;
}

/**
 * The modules of one loader, each evaluated once. Packages are Node's: they are shared by the whole process, as an
 * engine must be. So is what a module requires by `createRequire`.
 */
export class ModuleInstances {
  private readonly instances = new Map<string, Instance>();
  private readonly namespaceOf = createNamespaces();

  /** @param provided modules by bare specifier */
  constructor(
    private readonly jitiOf: JitiOf,
    private readonly provided: Readonly<Record<string, unknown>>,
  ) {}

  /** Imports a file by its absolute path. */
  import(path: string): Promise<Record<string, unknown>> {
    return this.importFile(fileURLToPath(this.jitiOf(path).esmResolve(pathToFileURL(path).href)));
  }

  private async importFile(path: string, importer?: Instance): Promise<Record<string, unknown>> {
    const instance = this.instanceOf(path);
    // Modules that import one another see what is exported so far: each waiting for the other would never end.
    const isCycle = importer !== undefined && instance.state === 'loading' && waits(instance, importer);
    if (!isCycle) {
      importer?.waitsFor.add(instance);
      try {
        await this.loaded(instance);
      } finally {
        importer?.waitsFor.delete(instance);
      }
    }
    return this.namespaceOf(instance.module.exports);
  }

  private requireFile(path: string, importer: Instance): unknown {
    const instance = this.instanceOf(path);
    if (instance.state === 'new') {
      importer.waitsFor.add(instance);
      try {
        this.evaluate(instance, false);
        settle(instance, 'loaded');
      } catch (error) {
        settle(instance, 'failed', error);
      } finally {
        importer.waitsFor.delete(instance);
      }
    }
    if (instance.state === 'failed') throw instance.error;
    if (instance.state === 'loading' && !waits(instance, importer)) {
      throw new Error(`${importer.path} requires ${path} while that is being imported; import it there too.`);
    }
    return instance.module.exports;
  }

  private instanceOf(path: string): Instance {
    let instance = this.instances.get(path);
    if (instance === undefined) {
      const module = { id: path, filename: path, exports: {}, loaded: false };
      instance = { path, module, state: 'new', waitsFor: new Set() };
      this.instances.set(path, instance);
    }
    return instance;
  }

  private async loaded(instance: Instance): Promise<void> {
    if (instance.state === 'new') {
      instance.state = 'loading';
      instance.done = (async () => this.evaluate(instance, true))().then(
        () => settle(instance, 'loaded'),
        (error: unknown) => settle(instance, 'failed', error),
      );
    }
    await instance.done;
    if (instance.state === 'failed') throw instance.error;
  }

  private evaluate(instance: Instance, awaits: boolean): Promise<void> | undefined {
    const { path, module } = instance;
    instance.state = 'loading';
    if (extname(path) === '.json') {
      module.exports = readJson(path);
      return undefined;
    }
    return compileModule(
      path,
      this.jitiOf(path),
      awaits,
    )({
      exports: module.exports,
      module,
      require: this.requireOf(instance),
      __filename: path,
      __dirname: dirname(path),
      jitiImport: (specifier) => this.importFrom(instance, specifier),
      jitiESMResolve: (specifier) => hrefOf(this.jitiOf(path).esmResolve(specifier)),
    });
  }

  private async importFrom(importer: Instance, specifier: string): Promise<unknown> {
    const provided = this.providedAs(specifier);
    if (provided !== undefined) return this.namespaceOf(provided);
    if (isBuiltin(specifier) || specifier.startsWith('data:')) return this.native(specifier);
    if (isForge(specifier)) return this.native(import.meta.resolve(specifier));
    const found = this.jitiOf(importer.path).esmResolve(specifier);
    const path = found.startsWith('file:') ? fileURLToPath(found) : found;
    if (this.isOwn(path, specifier, importer)) return this.importFile(path, importer);
    try {
      return await this.native(hrefOf(found));
    } catch (error) {
      // What Node cannot read, such as TypeScript or imports without the ends of names, the compiler may.
      if (!isReadable(path)) throw error;
      return this.importFile(path, importer).catch(() => Promise.reject(error));
    }
  }

  private async native(url: string): Promise<Record<string, unknown>> {
    return this.namespaceOf(await import(url));
  }

  private requireOf(importer: Instance) {
    const native = createRequire(importer.path);
    const resolve = (specifier: string) => this.jitiOf(importer.path).resolve(specifier);
    const require = (specifier: string): unknown => {
      const provided = this.providedAs(specifier);
      if (provided !== undefined) return provided;
      if (isBuiltin(specifier)) return native(specifier);
      const path = resolve(specifier);
      return this.isOwn(path, specifier, importer) ? this.requireFile(path, importer) : native(path);
    };
    return Object.assign(require, { resolve: Object.assign(resolve, { paths: native.resolve.paths }), cache: {} });
  }

  private providedAs(specifier: string): unknown {
    return Object.hasOwn(this.provided, specifier) ? this.provided[specifier] : undefined;
  }

  /** Whether the loader evaluates a file itself, rather than Node. */
  private isOwn(path: string, specifier: string, importer: Instance): boolean {
    if (!isReadable(path)) return false;
    if (this.instances.has(path)) return true;
    const name = packageNameOf(specifier);
    // Another part of what is provided is of the same copy as that, and is not loaded twice either.
    if (isPackageName(name) && Object.keys(this.provided).some((other) => packageNameOf(other) === name)) return false;
    return packageFolderOf(path) === '' || packageFolderOf(path) === packageFolderOf(importer.path);
  }
}

/** Whether a module waits, directly or by others, until another is loaded. */
function waits(instance: Instance, other: Instance, seen = new Set<Instance>()): boolean {
  if (instance === other) return true;
  if (seen.has(instance)) return false;
  seen.add(instance);
  return [...instance.waitsFor].some((next) => waits(next, other, seen));
}

function settle(instance: Instance, state: 'loaded' | 'failed', error?: unknown): void {
  Object.assign(instance, { state, error });
  instance.module.loaded = state === 'loaded';
}

/** What is loaded here of Forge itself is the copy that runs. */
function isForge(specifier: string): boolean {
  return packageNameOf(specifier) === '@forge-ml/core';
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
  }
}

function isReadable(path: string): boolean {
  return /\.(?:[cm]?[jt]s|tsx|json)$/.test(path);
}

/** The innermost installed package that a file is part of; empty outside of `node_modules`. */
function packageFolderOf(path: string): string {
  const marker = `${sep}node_modules${sep}`;
  const start = path.lastIndexOf(marker);
  if (start === -1) return '';
  const rest = path.slice(start + marker.length).split(sep);
  return path.slice(0, start) + marker + packageNameOf(rest.join('/'));
}

function hrefOf(found: string): string {
  return isAbsolute(found) ? pathToFileURL(found).href : found;
}
