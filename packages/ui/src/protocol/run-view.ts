import type { RunId, SweepId } from './overview.js';
import type { Cell, Direction, ShownStatus } from './table.js';

/** Everything about a run except its curves and its large texts. `GET /api/run/ID` */
export interface RunView {
  readonly id: RunId;
  /** `churn/12` */
  readonly label: string;
  readonly path: string;
  readonly status: ShownStatus;
  readonly reason: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly created: number;
  readonly ended: number | null;
  /** Seconds of training; null if it is unknown. */
  readonly seconds: number | null;
  readonly step: number;
  readonly epoch: number;
  /** Its last step; null if it is unknown. */
  readonly totalSteps: number | null;
  /** Tags, note and display name. */
  readonly annotations: RunAnnotations;
  readonly metrics: readonly RunMetric[];
  readonly flags: readonly RunFlag[];
  readonly checkpoints: readonly RunCheckpoint[];
  readonly commands: readonly RunCommand[];
  /** Backend, engine, versions, host, data, git: in groups. */
  readonly environment: readonly FactGroup[];
  readonly code: CodeSummary;
  readonly parameters: readonly ParameterRow[];
  /** How many media it has logged. */
  readonly media: number;
  /** Bytes of the console log; null if it has none. */
  readonly log: number | null;
  readonly sweep: { readonly id: SweepId; readonly name: string; readonly trial: number } | null;
  readonly rerunOf: { readonly id: RunId; readonly label: string } | null;
  /** What is wrong with its files: then most of the rest is empty. Null for a valid run. */
  readonly damage: { readonly message: string; readonly hint: string | null } | null;
}

export interface RunAnnotations {
  readonly tags: readonly string[];
  readonly note: string;
  readonly name: string;
}

export interface RunMetric {
  /** `valid.loss` */
  readonly address: string;
  readonly split: string;
  readonly name: string;
  readonly direction: Direction | null;
  readonly last: number | null;
  readonly best: { readonly value: number; readonly step: number } | null;
}

export interface RunFlag {
  readonly name: string;
  readonly value: Cell;
  /** `default`, `command line`, `environment`, … as `flags.json` says. */
  readonly source: string;
  readonly isDefault: boolean;
}

export interface RunCheckpoint {
  readonly step: number;
  /** Null if its manifest is invalid. */
  readonly epoch: number | null;
  /** Milliseconds since the Unix epoch; null if it is unknown. */
  readonly time: number | null;
  /** Null if its folder cannot be read. */
  readonly bytes: number | null;
  readonly state: 'valid' | 'corrupt' | 'unverified';
  /** What is wrong; null if nothing is known to be. */
  readonly problem: string | null;
  /** Addresses of the metrics that no other checkpoint is better at. */
  readonly bestBy: readonly string[];
  /** Metrics at it, by address. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A command to copy. */
export interface RunCommand {
  /** `Resume`, `Evaluate`, `Export`, `Check its files`. */
  readonly title: string;
  readonly command: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: Cell }[];
}

export interface CodeSummary {
  /** The versions of the code: 0 as it was started with, then the corrected ones. Empty if it stores none. */
  readonly versions: readonly CodeVersion[];
  /** Whether `git.diff` has uncommitted changes. */
  readonly hasDiff: boolean;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

export interface CodeVersion {
  readonly number: number;
  /** The step from which on it trained the run. */
  readonly from: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** What was needed and is not stored. */
  readonly missing: readonly string[];
}

/** A parameter of the model, from the newest checkpoint. */
export interface ParameterRow {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
}

/** A text of a run. `GET /api/code/ID?number=0&path=…`, `GET /api/diff/ID` */
export interface TextAnswer {
  readonly text: string;
  /** Whether the file is longer than what the dashboard shows. */
  readonly truncated: boolean;
}

/** A part of the console log. `GET /api/log/ID?from=BYTE`; a negative `from` counts from the end. */
export interface LogChunk {
  readonly text: string;
  readonly from: number;
  /** The byte after it: where the next part starts. */
  readonly to: number;
  /** Bytes of the whole log. */
  readonly size: number;
}

/** Logged images, texts, histograms and tables. `GET /api/media/ID` */
export interface MediaView {
  readonly entries: readonly MediaItem[];
  /** How many more there are than are listed. */
  readonly omitted: number;
}

export interface MediaItem {
  readonly kind: 'image' | 'text' | 'histogram' | 'table';
  readonly split: string;
  readonly name: string;
  readonly step: number;
  /** Relative to the run's folder; the name to ask for it: `GET /api/media-file/ID?file=…` */
  readonly file: string;
}

/** The content of a histogram: `counts[i]` values in [edges[i], edges[i + 1]]. */
export interface HistogramContent {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface TableContent {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
