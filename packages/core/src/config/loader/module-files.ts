import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileModule, type ModuleBody } from './module-compiler.js';
import type { JitiOf } from './module-resolver.js';
import { createTargets, type FindTarget, type ModuleTarget } from './module-target.js';
import type { SourceFiles } from './source-files.js';

/** Compiled code, or the text of a JSON file. */
export type ModuleContent = { readonly body: ModuleBody } | { readonly json: string };

/**
 * What is known of the files of modules: where imports lead, and compiled code. Each file is read once, also by several
 * loaders that share it, each of which evaluates it again.
 */
export class ModuleFiles {
  private readonly entries = new Map<string, string>();
  private readonly targets = new Map<string, ModuleTarget>();
  private readonly contents = new Map<string, ModuleContent>();
  private readonly findTarget: FindTarget;

  /** @param provided modules by bare specifier */
  constructor(
    readonly jitiOf: JitiOf,
    provided: Readonly<Record<string, unknown>>,
    readonly sources: SourceFiles,
  ) {
    this.findTarget = createTargets(jitiOf, provided);
  }

  /** The file that an absolute path, perhaps without its extension, names. */
  entry(path: string): string {
    const entry = () => fileURLToPath(this.jitiOf(path).esmResolve(pathToFileURL(path).href));
    return known(this.entries, path, entry);
  }

  readonly target: FindTarget = (specifier, importer, how) =>
    known(this.targets, JSON.stringify([specifier, importer, how]), () => this.findTarget(specifier, importer, how));

  /** @param awaits whether top-level await is allowed: for `import`, not for `require` */
  content(path: string, awaits: boolean): ModuleContent {
    return known(this.contents, `${awaits} ${path}`, () => {
      const source = this.sources.read(path);
      if (extname(path) === '.json') return { json: source };
      return { body: compileModule(path, source, this.jitiOf(path), awaits) };
    });
  }
}

function known<Value>(values: Map<string, Value>, key: string, find: () => Value): Value {
  let value = values.get(key);
  if (value === undefined) {
    value = find();
    values.set(key, value);
  }
  return value;
}
