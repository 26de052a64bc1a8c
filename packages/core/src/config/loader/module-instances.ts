import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { messageOf } from '../../errors/forge-error.js';
import type { ModuleFiles } from './module-files.js';
import { createNamespaces } from './module-namespace.js';
import { hrefOf, isReadable } from './module-target.js';

/** One module of one loader. */
interface Instance {
  readonly path: string;
  /** The `module` variable of CommonJS. */
  readonly module: { readonly id: string; readonly filename: string; exports: unknown; loaded: boolean };
  state: 'new' | 'loading' | 'loaded' | 'failed';
  error?: unknown;
  /** Settles when an `import` of it has finished. */
  done?: Promise<void>;
  /** Modules that it is importing now. */
  readonly waitsFor: Set<Instance>;
}

/**
 * The modules of one loader, each evaluated once. Packages are loaded by Node and shared by the whole process, as an
 * engine must be; so are modules loaded with `createRequire`.
 */
export class ModuleInstances {
  private readonly instances = new Map<string, Instance>();
  private readonly namespaceOf = createNamespaces();

  constructor(private readonly files: ModuleFiles) {}

  /** Imports a file by its absolute path. */
  import(path: string): Promise<Record<string, unknown>> {
    return this.importFile(this.files.entry(path));
  }

  private async importFile(path: string, importer?: Instance): Promise<Record<string, unknown>> {
    const instance = this.instanceOf(path);
    // In an import cycle modules see partial exports: waiting for each other would deadlock.
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
      throw new Error(`${importer.path} requires ${path} while it is being imported; use import instead.`);
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
    const content = this.files.content(path, awaits);
    if ('json' in content) {
      module.exports = parseJson(path, content.json);
      return undefined;
    }
    return content.body({
      exports: module.exports,
      module,
      require: this.requireOf(instance),
      __filename: path,
      __dirname: dirname(path),
      jitiImport: (specifier) => this.importFrom(instance, specifier),
      jitiESMResolve: (specifier) => hrefOf(this.files.jitiOf(path).esmResolve(specifier)),
    });
  }

  private async importFrom(importer: Instance, specifier: string): Promise<unknown> {
    const target = this.files.target(specifier, importer.path, 'import');
    if (target.kind === 'provided') return this.namespaceOf(target.module);
    if (target.kind === 'file') return this.importFile(target.path, importer);
    const { address, path } = target;
    if (path !== undefined && this.instances.has(path)) return this.importFile(path, importer);
    try {
      return this.namespaceOf(await import(address));
    } catch (error) {
      // The compiler may read files that Node cannot: TypeScript, or imports without file extensions.
      if (path === undefined || !isReadable(path)) throw error;
      return this.importFile(path, importer).catch(() => Promise.reject(error));
    }
  }

  private requireOf(importer: Instance) {
    const native = createRequire(importer.path);
    const require = (specifier: string): unknown => {
      const target = this.files.target(specifier, importer.path, 'require');
      if (target.kind === 'provided') return target.module;
      if (target.kind === 'file') return this.requireFile(target.path, importer);
      return native(target.address);
    };
    const resolve = (specifier: string) => this.files.jitiOf(importer.path).resolve(specifier);
    return Object.assign(require, { resolve: Object.assign(resolve, { paths: native.resolve.paths }), cache: {} });
  }
}

/** Whether a module waits, directly or indirectly, for another. */
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

function parseJson(path: string, source: string): unknown {
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
  }
}
