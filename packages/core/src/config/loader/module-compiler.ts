import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import type { Jiti } from 'jiti';
import { isTypeScript } from './module-resolver.js';

/** What compiled code calls; the names are those that jiti's compiler writes. */
export interface ModuleScope {
  readonly exports: unknown;
  readonly require: unknown;
  readonly module: unknown;
  readonly __filename: string;
  readonly __dirname: string;
  readonly jitiImport: (specifier: string) => Promise<unknown>;
  readonly jitiESMResolve: (specifier: string) => string;
}

const names = ['exports', 'require', 'module', '__filename', '__dirname', 'jitiImport', 'jitiESMResolve'] as const;

/** Runs the code of a module; a promise where it awaits, as `import` allows and `require` does not. */
export type ModuleBody = (scope: ModuleScope) => Promise<void> | undefined;

/**
 * Reads a file and compiles it into a function, which is freed with the module: Node's own cache of ES modules frees
 * none.
 * @param awaits whether it may await: whether it is imported, not required
 * @throws Error of a syntax error, with the message that jiti gives it: `ParseError: …`, a line break, the place
 */
export function compileModule(path: string, jiti: Pick<Jiti, 'transform'>, awaits: boolean): ModuleBody {
  const source = readFileSync(path, 'utf8');
  if (isPlainCommonJS(path, source)) {
    try {
      return bodyOf(source.replace(/^#!/, '//'), path, false);
    } catch (error) {
      // The compiler below tells the place of the mistake, if there is one for it too.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const code = jiti.transform({ source, filename: path, ts: isTypeScript(path), async: awaits, interopDefault: false });
  const mistake = /^exports\.__JITI_ERROR__ = (.*)$/.exec(code)?.[1];
  if (mistake !== undefined) throw syntaxError(JSON.parse(mistake) as Mistake);
  return bodyOf(code, path, awaits);
}

interface Mistake {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

function syntaxError({ filename, line, column, code, message }: Mistake): Error {
  return new Error(`${code}: ${message}\n ${filename}:${line}:${column}`);
}

/** CommonJS runs as it is: compiled, it would become strict. */
function isPlainCommonJS(path: string, source: string): boolean {
  if (path.endsWith('.cjs')) return !/\bimport\s*\(/.test(source);
  return path.endsWith('.js') && !/\b(?:import|export|await)\b/.test(source);
}

function bodyOf(code: string, path: string, awaits: boolean): ModuleBody {
  const opening = `(${awaits ? 'async ' : ''}function (${names.join(', ')}) {`;
  const run = runInThisContext(`${opening}${code}\n})`, {
    filename: path,
    columnOffset: -opening.length,
    displayErrors: false,
  }) as (...values: readonly unknown[]) => Promise<void> | undefined;
  return (scope) =>
    run.apply(
      scope.exports,
      names.map((name) => scope[name]),
    );
}
