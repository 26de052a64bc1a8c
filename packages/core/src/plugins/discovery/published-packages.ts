import { createRequire } from 'node:module';

interface CoreManifest {
  readonly forge: Readonly<
    Record<
      'publishedBackends' | 'publishedReaders' | 'publishedLaunchers' | 'publishedSteps',
      Readonly<Record<string, string>>
    >
  >;
}

const { forge } = createRequire(import.meta.url)('@forge-ml/core/package.json') as CoreManifest;

/**
 * The packages of the backends that are published with Forge, by the value of `--backend`. Hints must not name other
 * packages: an attacker could register an unpublished name.
 */
export const publishedBackends: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedBackends));

/** The same of the readers, by the name of their format. */
export const publishedReaders: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedReaders));

/** The same of the steps of preprocessing, by their kind. */
export const publishedSteps: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedSteps));

/** The same of the launchers, by the value of `--launcher`. */
export const publishedLaunchers: ReadonlyMap<string, string> = new Map(Object.entries(forge.publishedLaunchers));
