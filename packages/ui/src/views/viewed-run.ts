import type { RunFolder } from '@forge-ml/core/runs';
import type { RunId } from '../protocol/overview.js';

/** A run of the dashboard or of a report. */
export interface ViewedRun {
  readonly id: RunId;
  /** `churn/12` */
  readonly label: string;
  readonly folder: RunFolder;
  /** Absolute path of its results folder. */
  readonly results: string;
}

/** A sweep of the dashboard. */
export interface ViewedSweep {
  readonly id: string;
  /** Its folder. */
  readonly path: string;
  readonly results: string;
}

/** The id of another run, or of a sweep, of the same results folder. */
export function siblingId(id: RunId, rest: string): string {
  return `${id.split('/').slice(0, -2).join('/')}/${rest}`;
}
