import { dirname, resolve } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { findUp } from '../../fs/find-up.js';
import { isObject } from '../../json/is-object.js';
import { findName } from '../../text/flag-names.js';
import type { FlagLayer } from '../flags/resolve-flags.js';
import { projectRoot } from './project-root.js';

/** Flags with a path, which is relative to the project file. */
const paths = ['dataConfig', 'modelConfig', 'resultsDir'];

/**
 * Reads the nearest `forge.config.{ts,mts,js,mjs}`, if any. In a folder of stored runs only the file of the surrounding
 * project is read; without a project, commands use that folder as the results folder.
 * @param warn receives a warning about an ignored file
 */
export async function readProjectFile(
  directory: string,
  warn: (message: string) => void = () => undefined,
): Promise<FlagLayer | undefined> {
  const { start, run, results } = projectRoot(directory);
  const file = start === undefined ? undefined : nearestFile(start);
  const ignored = run === undefined ? undefined : nearestFile(directory);
  if (ignored !== undefined && ignored !== file) {
    warn(`Ignored ${ignored}: it is in a folder of stored runs (${run}), whose files are not trusted.`);
  }
  if (file === undefined) {
    return results === undefined ? undefined : { source: 'default', values: { resultsDir: results } };
  }
  const { createModuleLoader } = await import('../loader/module-loader.js');
  const loader = await createModuleLoader({ modules: {} });
  const { default: flags } = await loader.import(file);
  if (!isObject(flags)) {
    throw new ForgeError('CONFIG_INVALID', `The default export of ${file} is not an object of flags.`, {
      about: file,
      hint: "For example: export default { dataConfig: 'data.ts', modelConfig: 'model.ts', batchSize: 32 }.",
    });
  }
  const values = Object.entries(flags).map(([name, value]) => {
    const isPath = findName(name, paths) !== undefined && typeof value === 'string';
    return [name, isPath ? resolve(dirname(file), value) : value] as const;
  });
  // Results are next to the project file, from any folder of the project.
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
