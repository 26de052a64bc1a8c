import type { FileSummary } from '../../fs/checksum.js';
import type { Count } from '../../schema/count.js';

/** The file of a run that holds the parameters it began with, if they are another run's. */
export const initName = 'init.safetensors';

/** Where the initial parameters of a run are from. */
export interface RunInit {
  /** The other run as it was called then: `churn/9`; or the name of a safetensors file. */
  readonly from: string;
  /** The step of its checkpoint; null for a file. */
  readonly step: Count | null;
  /** `ema` if they are the moving average of that run's parameters; absent otherwise. */
  readonly weights?: 'parameters' | 'ema';
  /** Parameters that were taken. */
  readonly matched: Count;
  /** Parameters of the model. */
  readonly parameters: Count;
  /** `init.safetensors`: what was taken. */
  readonly file: FileSummary;
}
