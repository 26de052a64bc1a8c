import type { CodeDiffView, ComparisonView, ImportanceView } from './comparison.js';
import type { RunId } from './overview.js';
import type { LogChunk, MediaView, RunView, TextAnswer } from './run-view.js';
import type { Direction } from './table.js';

/** All data of a report: JSON in its file. */
export interface ReportContent {
  /** Of Forge. */
  readonly version: string;
  /** One run: its page. Several: their comparison, with a link to the page of each. */
  readonly runs: readonly ReportedRun[];
  /** Of several runs. */
  readonly comparison: ComparisonView | null;
  /** By the metric's address. */
  readonly importance: Readonly<Record<string, ImportanceView>>;
  /** Which code each run has, by its hash. Empty if the report has no code. */
  readonly codes: Readonly<Record<RunId, string>>;
  /** Files of all runs by the hash of their content: equal ones are here once. */
  readonly codeTexts: Readonly<Record<string, TextAnswer>>;
  /** What differs between two of these codes. */
  readonly codeDiffs: readonly { readonly a: string; readonly b: string; readonly diff: CodeDiffView }[];
}

export interface ReportedRun {
  readonly view: RunView;
  readonly stepsPerEpoch: number | null;
  readonly resumes: readonly { readonly step: number; readonly time: number }[];
  readonly curves: readonly ReportedCurve[];
  /** How many metrics it has that are not among the curves. */
  readonly omittedMetrics: number;
  /** Older checkpoints and further parameters than those of its view. */
  readonly omittedCheckpoints: number;
  readonly omittedParameters: number;
  /** Files of its code, by version and path: `0/model.ts`. Their texts are in `codeTexts`. */
  readonly code: Readonly<Record<string, string>>;
  readonly diff: TextAnswer | null;
  /** The end of its console log. */
  readonly log: LogChunk | null;
  readonly media: MediaView;
  /** By the file of a media item: base64 of an image, else the text. */
  readonly mediaFiles: Readonly<Record<string, string>>;
}

export interface ReportedCurve {
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  readonly direction: Direction | null;
  /** How many values the metric has in the run, and how many of them are here. */
  readonly values: number;
  readonly shown: number;
  readonly points: EncodedPoints;
}

/** Columns of equal length, in the order of the run: base64 of float64, little endian. */
export interface EncodedPoints {
  readonly step: string;
  readonly epoch: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: string;
  readonly value: string;
}
