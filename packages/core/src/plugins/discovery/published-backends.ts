import { createRequire } from 'node:module';

interface CoreManifest {
  readonly forge: { readonly publishedBackends: Readonly<Record<string, string>> };
}

const { forge } = createRequire(import.meta.url)('../../../package.json') as CoreManifest;

/**
 * The packages of the backends that are published with Forge, by the value of `--backend`. Hints must not name other
 * packages: an attacker could register an unpublished name.
 */
export const publishedBackends: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedBackends));
