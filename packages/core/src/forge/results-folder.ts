import { resolve } from 'node:path';
import { readFlagPlaces } from './flag-layers.js';
import type { Workplace } from './workplace.js';

/** The folder that holds all experiments, as `--results-dir`, a flags file or the project file has it. */
export async function resultsFolder(workplace: Pick<Workplace, 'directory' | 'argv'>): Promise<string> {
  return resolve(workplace.directory, (await readFlagPlaces(workplace, {})).run.resultsDir);
}
