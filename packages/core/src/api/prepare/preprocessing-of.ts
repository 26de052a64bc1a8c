import { readPreprocessing } from '../../run/record/preprocessing-files.js';
import type { StoredPreparations } from '../data/preparations.js';
import type { Services } from '../services/services.js';
import type { PreparedRun } from './prepared-run.js';
import { stepFinder } from './step-finder.js';

/** The preprocessing of the run that is resumed; undefined for a new run, which fits its own. */
export async function preprocessingOf(
  services: Services,
  { reopened }: PreparedRun,
): Promise<StoredPreparations | undefined> {
  if (reopened === null) return undefined;
  return readPreprocessing(reopened.folder.path, reopened.record, stepFinder(services));
}
