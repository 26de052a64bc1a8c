/** How the sink spends its time, ms. */
export interface Pace {
  /** How often what has gathered in memory reaches the spool, and what has gathered there MLflow. */
  readonly interval: number;
  /** After one failure; then twice as long each time, up to the longest. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** How long the end of a run waits for the server. */
  readonly patience: number;
}

export const usualPace: Pace = { interval: 1_000, firstWait: 1_000, longestWait: 60_000, patience: 5_000 };
