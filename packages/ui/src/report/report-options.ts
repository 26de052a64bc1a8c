/** What a report contains. */
export interface ReportOptions {
  /** Addresses of the metrics to show; null for all. */
  readonly metrics: readonly string[] | null;
  /** Whether it has the stored code, uncommitted changes and differences of code. */
  readonly code: boolean;
  /** Whether it has the end of the console log. */
  readonly log: boolean;
}

/** The most that a report has. It is sent by mail and opened on phones: these keep it small. */
export const most = {
  runs: 100,
  /** Points of a curve; fewer if there are many curves, but never fewer than `leastPointsOfCurve`. */
  pointsOfCurve: 2_000,
  leastPointsOfCurve: 100,
  metricsOfRun: 200,
  mediaOfRun: 60,
  codeFileBytes: 128 << 10,
  /** Differences of code are between these: every two of them differ. */
  comparedCodes: 20,
  codeDiffBytes: 512 << 10,
} as const;

/** How much of one run a report has. */
export interface RunLimits {
  readonly curves: number;
  readonly checkpoints: number;
  readonly parameters: number;
  readonly codeBytes: number;
  readonly diffBytes: number;
  readonly logBytes: number;
  readonly mediaBytes: number;
}

const ofOneRun: RunLimits = {
  curves: most.metricsOfRun,
  checkpoints: 1_000,
  parameters: 20_000,
  codeBytes: 512 << 10,
  diffBytes: 256 << 10,
  logBytes: 128 << 10,
  mediaBytes: 4 << 20,
};

const ofAllRuns: RunLimits = {
  curves: 4_000,
  checkpoints: 1_000,
  parameters: 20_000,
  codeBytes: 4 << 20,
  diffBytes: 1 << 20,
  logBytes: 1 << 20,
  mediaBytes: 8 << 20,
};

/** What each of some runs may have, so that the report's size has a bound: about 40 MB. */
export function limitsOfRun(runs: number): RunLimits {
  const limit = (name: keyof RunLimits) => Math.min(ofOneRun[name], Math.floor(ofAllRuns[name] / runs));
  return {
    curves: limit('curves'),
    checkpoints: limit('checkpoints'),
    parameters: limit('parameters'),
    codeBytes: limit('codeBytes'),
    diffBytes: limit('diffBytes'),
    logBytes: limit('logBytes'),
    mediaBytes: limit('mediaBytes'),
  };
}

/** The most points of each curve. @param curves of all runs */
export function pointsOfCurve(curves: number): number {
  const share = Math.floor((ofAllRuns.curves * most.leastPointsOfCurve) / Math.max(1, curves));
  return Math.max(most.leastPointsOfCurve, Math.min(most.pointsOfCurve, share));
}
