import { fileURLToPath } from 'node:url';
import * as core from '@forge-ml/core';
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url, { virtualModules: { '@forge-ml/core': core } });

/** The absolute path of a file under examples/. */
export function examplePath(path: string): string {
  return fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));
}

/** Imports the source of an example, since examples are not compiled. */
export function loadExample<Module>(path: string): Promise<Module> {
  return jiti.import<Module>(examplePath(path));
}
