import type { JobRunner } from '../jobs/job-runner.js';
import type { ConfigObjects, ConfigRequest, ReadRequest } from '../prepare/config-request.js';
import type { FlagPlaces } from '../prepare/flag-layers.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';

/** What sweeps use of `ForgeLibrary`. */
export interface SweepLibrary {
  readonly services: Services;
  config(request: ConfigRequest): Promise<PreparedRun>;
  places(request: Partial<ReadRequest>): Promise<FlagPlaces>;
  jobRunner(configs: ConfigObjects): Promise<JobRunner>;
}
