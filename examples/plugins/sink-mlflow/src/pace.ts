/** The intervals and waits of the sink, ms. */
export interface Pace {
  /** How often memory is written to the spool, and the spool sent to MLflow. */
  readonly interval: number;
  /** The wait after the first failure; doubled each time, up to the longest. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** The most time that the end of a run waits for the server. */
  readonly patience: number;
}

export const defaultPace: Pace = { interval: 1_000, firstWait: 1_000, longestWait: 60_000, patience: 5_000 };
