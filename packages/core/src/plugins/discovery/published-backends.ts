import { createRequire } from 'node:module';

interface CoreManifest {
  readonly forge: { readonly publishedBackends: Readonly<Record<string, string>> };
}

const { forge } = createRequire(import.meta.url)('../../../package.json') as CoreManifest;

/**
 * The packages of the backends that are published with Forge, by what `--backend` takes. A hint must name no other: an
 * unpublished name could be registered by an attacker.
 */
export const publishedBackends: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedBackends));
