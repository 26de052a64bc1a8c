import { createRequire } from 'node:module';

/** This package's version. */
export const version: string = createRequire(import.meta.url)('@forge-ml/core/package.json').version;
