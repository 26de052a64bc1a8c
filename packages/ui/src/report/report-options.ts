/** What a report contains. */
export interface ReportOptions {
  /** Addresses of the metrics to show; null for all. */
  readonly metrics: readonly string[] | null;
  /** Whether it has the stored code, uncommitted changes and differences of code. */
  readonly code: boolean;
  /** Whether it has the end of the console log. */
  readonly log: boolean;
}

/** A report is sent by mail and opened on phones: these keep it small. */
export const most = {
  /** Points of a curve; fewer if there are many curves. */
  pointsOfCurve: 2_000,
  points: 400_000,
  curvesOfRun: 200,
  codeFileBytes: 128 << 10,
  codeBytes: 512 << 10,
  diffBytes: 256 << 10,
  logBytes: 128 << 10,
  media: 60,
  mediaBytes: 4 << 20,
  runs: 100,
} as const;
