import type { RunId } from './overview.js';
import type { Cell, Direction, ShownStatus } from './table.js';

/** Several runs beside each other, without their curves. `POST /api/compare` with `{ runs }` */
export interface ComparisonView {
  readonly runs: readonly ComparedRun[];
  /** Flags, facts of the environment, versions, data. Those that are equal are included. */
  readonly rows: readonly ComparisonRow[];
  /** Every metric that one of the runs has. */
  readonly metrics: readonly ComparedMetric[];
  /** Runs that cannot be read, and why. */
  readonly failed: readonly { readonly run: RunId; readonly message: string }[];
}

export interface ComparedRun {
  readonly id: RunId;
  readonly label: string;
  readonly name: string;
  readonly status: ShownStatus;
  readonly created: number;
  readonly seconds: number | null;
  readonly step: number;
  /** Equal for runs that differ only in their seed. */
  readonly configuration: string;
}

export interface ComparisonRow {
  readonly group: 'flags' | 'code' | 'progress' | 'versions' | 'data' | 'engine';
  readonly name: string;
  /** In the order of the runs. */
  readonly values: readonly Cell[];
  readonly equal: boolean;
}

export interface ComparedMetric {
  readonly address: string;
  readonly split: string;
  readonly name: string;
  readonly direction: Direction | null;
  /** In the order of the runs; null for a run without it. */
  readonly best: readonly (number | null)[];
  readonly bestSteps: readonly (number | null)[];
  readonly last: readonly (number | null)[];
}

/** How much each flag explains of a metric, from 0 to 1. `POST /api/importance` with `{ runs, metric }` */
export interface ImportanceView {
  readonly metric: string;
  readonly flags: readonly { readonly name: string; readonly importance: number }[];
  /** Why there is none: too few runs, nothing differs. Null if there is. */
  readonly nothing: string | null;
}

/** What differs between the code of two runs. `GET /api/code-diff?a=ID&b=ID` */
export interface CodeDiffView {
  readonly files: readonly {
    readonly path: string;
    readonly change: 'added' | 'removed' | 'changed';
    /** A unified diff. */
    readonly diff: string;
  }[];
  readonly truncated: boolean;
}
