import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package's folder, by its own name: the files of the bundle are not where their sources are. */
export const packageRoot = dirname(fileURLToPath(import.meta.resolve('@forge-ml/cli/package.json')));
