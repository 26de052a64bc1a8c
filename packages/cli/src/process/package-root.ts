import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package's folder. Resolved by name, because bundled files are not where their sources are. */
export const packageRoot = dirname(fileURLToPath(import.meta.resolve('@forge-ml/cli/package.json')));
