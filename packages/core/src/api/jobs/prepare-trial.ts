import type { TrialJob } from '../../jobs/job.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { OpenedSetup } from '../rerun/open-setup.js';
import { refuseFixed, runFromSetup } from '../rerun/run-from-setup.js';
import type { Services } from '../services/services.js';
import type { Template } from './template.js';

/**
 * Prepares a new run of a trial: the template's code and flags, with the values of the trial.
 * @param services of the template's directory
 * @param opened the template's setup on an engine that fits these values
 * @throws ForgeError FLAG_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT; nothing was written then
 */
export async function prepareTrial(
  services: Services,
  { name, results, setup, git }: Template,
  opened: OpenedSetup,
  { id, trial, flags }: Pick<TrialJob, 'id' | 'trial' | 'flags'>,
): Promise<PreparedRun> {
  refuseFixed(setup.label, flags, 'trains its trials');
  return runFromSetup(services, opened, trialLayer(setup.directory, flags), results, {
    experiment: name,
    directory: setup.directory,
    git,
    origin: null,
    sweep: { id, trial },
    init: null,
  });
}

/** The values of a trial, above all that the template has. */
export function trialLayer(directory: string, values: TrialJob['flags']) {
  return { source: 'sweep', values, base: directory } as const;
}
