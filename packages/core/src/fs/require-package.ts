import { createRequire } from 'node:module';

/** Packages of core that are CommonJS. */
interface Packages {
  readonly esbuild: typeof import('esbuild');
  readonly jiti: typeof import('jiti');
  readonly 'reflect-metadata': unknown;
  readonly tsyringe: typeof import('tsyringe');
}

const require = createRequire(import.meta.url);

/** Loads a package. `import` takes four times as long for CommonJS: it first parses each file for the names it exports. */
export function requirePackage<Name extends keyof Packages>(name: Name): Packages[Name] {
  return require(name);
}
