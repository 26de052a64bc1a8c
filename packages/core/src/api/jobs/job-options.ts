import type { Run } from '../../run/run.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import type { JobControl } from '../../train/launch/job-launcher.js';
import type { StopInputs } from '../../train/stop/follow-stops.js';
import type { ConfigObjects, ConfigRequest } from '../prepare/config-request.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';

/** A job in a file of jobs: its line, from 0. */
export interface JobPlace {
  readonly file: string;
  readonly index: number;
}

export interface JobOptions extends StopInputs {
  readonly hooks?: RunHooks | undefined;
  /** Called once the run has its folder. */
  readonly onRun?: ((run: Run, experiment: PreparedRun) => void) | undefined;
  /** Called before anything else is done, with the launcher's part inside the job: which signals to listen to. */
  readonly onControl?: ((control: JobControl) => void) | undefined;
}

export interface JobRunnerParts {
  readonly services: Services;
  /** `Forge.config`, for jobs that are a run of their own. */
  readonly config: (request: ConfigRequest) => Promise<PreparedRun>;
  /** The configs of sweeps that were started with objects. */
  readonly configs: ConfigObjects | null;
}
