import { resolve } from 'node:path';
import { type FlagEnvironment, readFlagPlaces } from './flag-layers.js';

/** The folder that holds all experiments, as `--results-dir`, a flags file or the project file has it. */
export async function resultsFolder(environment: FlagEnvironment): Promise<string> {
  return resolve(environment.directory, (await readFlagPlaces(environment)).run.resultsDir);
}
