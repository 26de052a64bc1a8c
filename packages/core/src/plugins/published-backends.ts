import { createRequire } from 'node:module';

interface CoreManifest {
  readonly forge: { readonly publishedBackends: Readonly<Record<string, string>> };
}

const { forge } = createRequire(import.meta.url)('../../package.json') as CoreManifest;

/**
 * The packages of the backends that are published with Forge, by what `--backend` takes. A hint to install a package
 * that nobody has published helps nobody, or whoever publishes it then.
 */
export const publishedBackends: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedBackends));
