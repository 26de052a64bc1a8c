import { dirname, resolve } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { findUp } from '../../fs/find-up.js';
import { isObject } from '../../json/json-file.js';
import { findName } from '../../text/flag-names.js';
import type { FlagLayer } from '../flags/resolve-flags.js';
import { projectRoot } from './project-root.js';

/** Flags that name a file or folder: in a project file they are relative to it. */
const paths = ['dataConfig', 'modelConfig', 'resultsDir'];

/** Settings for every run of a project: the default export of `forge.config.ts`. */
export function defineProject<T extends Readonly<Record<string, unknown>>>(flags: T): T {
  return flags;
}

/**
 * Reads the nearest `forge.config.{ts,mts,js,mjs}`, where there is one. In a folder of stored runs only that of the
 * project is read, if any; without one, the runs there are the runs that commands mean.
 * @param warn is told of a file that is ignored for where it is
 */
export async function readProjectFile(
  directory: string,
  warn: (message: string) => void = () => undefined,
): Promise<FlagLayer | undefined> {
  const { start, run, results } = projectRoot(directory);
  const file = start === undefined ? undefined : nearestFile(start);
  const ignored = run === undefined ? undefined : nearestFile(directory);
  if (ignored !== undefined && ignored !== file) {
    warn(`Ignored ${ignored}: started in a folder of stored runs (${run}), whose files are not trusted.`);
  }
  if (file === undefined) {
    return results === undefined ? undefined : { source: 'default', values: { resultsDir: results } };
  }
  const { createModuleLoader } = await import('../loader/module-loader.js');
  const loader = await createModuleLoader({ modules: {} });
  const { default: flags } = await loader.import(file);
  if (!isObject(flags)) {
    throw new ForgeError('CONFIG_INVALID', `${file} does not export an object of flags by default.`, {
      about: file,
      hint: "For example: export default { dataConfig: 'data.ts', modelConfig: 'model.ts', batchSize: 32 }.",
    });
  }
  const values = Object.entries(flags).map(([name, value]) => {
    const isPath = findName(name, paths) !== undefined && typeof value === 'string';
    return [name, isPath ? resolve(dirname(file), value) : value] as const;
  });
  // Runs lie beside the project file, from whichever of the project's folders they are started.
  const implied = findName('resultsDir', Object.keys(flags)) === undefined ? ['resultsDir'] : [];
  for (const name of implied) values.push([name, resolve(dirname(file), 'results')]);
  const base = dirname(file);
  const layer: FlagLayer = { source: 'project file', values: Object.fromEntries(values), ignoreUnknown: true, base };
  return implied.length === 0 ? layer : { ...layer, implied };
}

function nearestFile(start: string): string | undefined {
  const files = ['ts', 'mts', 'js', 'mjs'].map((end) => findUp(`forge.config.${end}`, start));
  // All are in this folder or above it, so the longest path is the nearest file.
  return files.filter((path) => path !== undefined).sort((a, b) => dirname(b).length - dirname(a).length)[0];
}
