import type { StepRequest } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';
import type { Download } from './step-numbers.js';

type ReportSpan = NonNullable<StepRequest['onSpan']>;

/** Reports which parts of a call copy arrays and numbers to or from the engine; the rest computes. */
export class CallSpans {
  readonly #report: ReportSpan;
  #computingSince: number | undefined;
  /** Copies to the engine. */
  readonly upload: Download;
  /** Copies from the engine. */
  readonly download: Download;

  constructor(tf: Tf, report: ReportSpan) {
    this.#report = report;
    this.upload = (copy) => this.#copy(copy);
    // On a GPU, reading a tensor also waits until it is computed.
    this.download = isOnGpu(tf) ? (copy) => copy() : this.upload;
  }

  /** Reports the last part. */
  end(): void {
    this.#endComputing();
    this.#computingSince = undefined;
  }

  #copy<T>(copy: () => T): T {
    const start = this.#endComputing();
    const result = copy();
    this.#computingSince = performance.now();
    this.#report('copy', start, this.#computingSince);
    return result;
  }

  #endComputing(): number {
    const now = performance.now();
    if (this.#computingSince !== undefined) this.#report('compute', this.#computingSince, now);
    return now;
  }
}

function isOnGpu(tf: Tf): boolean {
  return (tf.backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}
