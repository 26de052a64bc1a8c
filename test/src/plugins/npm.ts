import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** Runs npm without the settings of this process, which npm scripts inherit. */
export async function npm(args: readonly string[], cwd?: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], { cwd, env });
  return stdout.trim();
}

/** Packs a package as for publishing, without building it. @returns the tarball's path */
export async function pack(folder: string, into: string): Promise<string> {
  const file = await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', into, folder]);
  return join(into, file);
}

/** Packs a package of this repository. */
export function packOwn(
  name: 'core' | 'cli' | 'ui' | 'kernels' | 'onnx' | 'ort' | 'backend-onnx' | 'backend-tfjs' | 'data',
  into: string,
): Promise<string> {
  return pack(join(packages, name), into);
}
