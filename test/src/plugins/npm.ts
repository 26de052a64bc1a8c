import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** Runs npm, as a person would who is in no npm script; nothing of this repository's settings reaches it. */
export async function npm(args: readonly string[], cwd?: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], { cwd, env });
  return stdout.trim();
}

/** Packs the package in a folder, as publishing would, without building it again. @returns the tarball */
export async function pack(folder: string, into: string): Promise<string> {
  const file = await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', into, folder]);
  return join(into, file);
}

/** Packs a package of this repository. */
export function packOwn(
  name: 'core' | 'cli' | 'onnx' | 'backend-onnx' | 'backend-tfjs',
  into: string,
): Promise<string> {
  return pack(join(packages, name), into);
}
