import { fileURLToPath } from 'node:url';
import * as core from '@forge-ml/core';
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url, { virtualModules: { '@forge-ml/core': core } });

/** Where an example's file lies, from its path under examples/. */
export function examplePath(path: string): string {
  return fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));
}

/** Imports an example's source as it stands: the examples are not compiled. */
export function loadExample<Module>(path: string): Promise<Module> {
  return jiti.import<Module>(examplePath(path));
}
