import { readPreprocessing } from '../../run/record/preprocessing-files.js';
import type { StoredPreparations } from '../data/preparations.js';
import type { PreparedRun } from './prepared-run.js';

/** The preprocessing of the run that is resumed; undefined for a new run, which fits its own. */
export async function preprocessingOf({ reopened }: PreparedRun): Promise<StoredPreparations | undefined> {
  return reopened === null ? undefined : readPreprocessing(reopened.folder.path, reopened.record);
}
