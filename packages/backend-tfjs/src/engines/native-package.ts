import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** An installed package with a native addon. */
export interface NativePackage {
  readonly version: string;
  /** Whether the addon's file exists for this version of Node. */
  readonly built: boolean;
  readonly require: NodeJS.Require;
}

interface Manifest {
  readonly version: string;
  readonly binary?: { readonly module_name: string; readonly module_path: string; readonly napi_versions: number[] };
}

/** Finds a package as `require` in one of the folders would, nearest first; undefined where none has it. */
export function findNativePackage(name: string, searchFrom: readonly string[]): NativePackage | undefined {
  for (const folder of searchFrom) {
    const require = createRequire(path.join(path.resolve(folder), 'package.json'));
    let file: string;
    try {
      file = require.resolve(`${name}/package.json`);
    } catch {
      continue;
    }
    const manifest: Manifest = require(file);
    return { version: manifest.version, built: existsSync(addonOf(file, manifest)), require };
  }
  return undefined;
}

/** The path of the package's addon, in the folder of the newest Node-API version that both sides support. */
function addonOf(file: string, { binary }: Manifest): string {
  if (binary === undefined) return file;
  const known = Number(process.versions.napi);
  const napi = Math.max(...binary.napi_versions.filter((version) => version <= known));
  const folder = binary.module_path.replace('{napi_build_version}', String(napi));
  return path.join(path.dirname(file), folder, `${binary.module_name}.node`);
}
