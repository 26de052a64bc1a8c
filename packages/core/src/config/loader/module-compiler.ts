import { runInThisContext } from 'node:vm';
import type { Jiti } from 'jiti';
import { isTypeScript } from './module-resolver.js';

/** The variables of compiled code, named as jiti's compiler expects. */
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

/** Runs the code of a module; returns a promise if it was compiled with top-level await. */
export type ModuleBody = (scope: ModuleScope) => Promise<void> | undefined;

/**
 * Compiles a file into a function. The function can be garbage collected; modules in Node's own ES module cache cannot.
 * @param awaits whether top-level await is allowed: for `import`, not for `require`
 * @throws Error for a syntax error, with jiti's message: `ParseError: …`, a line break, the position
 */
export function compileModule(
  path: string,
  source: string,
  jiti: Pick<Jiti, 'transform'>,
  awaits: boolean,
): ModuleBody {
  if (isPlainCommonJS(path, source)) {
    try {
      return bodyOf(source.replace(/^#!/, '//'), path, false);
    } catch (error) {
      // The compiler below reports the position, if it finds the error too.
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

/** CommonJS is not compiled, which would make it strict mode code. */
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
