import type { CodeDiffView, ComparisonView, ImportanceView } from '../../protocol/comparison.js';
import type { Curves, CurvesRequest } from '../../protocol/curves.js';
import type { AnnotateRequest, TrashAnswer } from '../../protocol/edits.js';
import type { Following, LogEvent, MetricsEvent, RestartEvent, StatusEvent, TableEvent } from '../../protocol/live.js';
import type { Overview, RunId, SweepId } from '../../protocol/overview.js';
import type { LogChunk, MediaView, RunView, TextAnswer } from '../../protocol/run-view.js';
import type { Sparklines } from '../../protocol/sparklines.js';
import type { SweepList, SweepPage } from '../../protocol/sweep-page.js';
import type { TableAnswer, TableQuery } from '../../protocol/table.js';

/**
 * Where a page gets its data: from the server, or from the file of a report. Calls fail with a SourceError; an aborted one
 * with an AbortError.
 */
export interface Source {
  overview(): Promise<Overview>;
  table(query: TableQuery, signal?: AbortSignal): Promise<TableAnswer>;
  /** Small curves of a metric for rows of the table. */
  sparklines(runs: readonly RunId[], metric: string, signal?: AbortSignal): Promise<Sparklines>;
  run(id: RunId, signal?: AbortSignal): Promise<RunView>;
  curves(request: CurvesRequest, signal?: AbortSignal): Promise<Curves>;
  compare(runs: readonly RunId[], signal?: AbortSignal): Promise<ComparisonView>;
  importance(runs: readonly RunId[], metric: string, signal?: AbortSignal): Promise<ImportanceView>;
  codeDiff(a: RunId, b: RunId, signal?: AbortSignal): Promise<CodeDiffView>;
  sweeps(signal?: AbortSignal): Promise<SweepList>;
  sweep(id: SweepId, signal?: AbortSignal): Promise<SweepPage>;
  codeFile(id: RunId, version: number, path: string, signal?: AbortSignal): Promise<TextAnswer>;
  gitDiff(id: RunId, signal?: AbortSignal): Promise<TextAnswer>;
  /** @param from a byte; a negative one counts from the end */
  log(id: RunId, from: number, signal?: AbortSignal): Promise<LogChunk>;
  media(id: RunId, signal?: AbortSignal): Promise<MediaView>;
  /** The address of a logged image. */
  mediaUrl(id: RunId, file: string): string;
  /** A logged text, or the JSON of a histogram or a table. */
  mediaText(id: RunId, file: string, signal?: AbortSignal): Promise<TextAnswer>;
  /** Listens to what changes. @returns stops it */
  follow(following: Following, listener: Listener): () => void;
  annotate(request: AnnotateRequest): Promise<void>;
  trash(runs: readonly RunId[]): Promise<TrashAnswer>;
}

export interface Listener {
  readonly metrics?: (event: MetricsEvent) => void;
  readonly restart?: (event: RestartEvent) => void;
  readonly status?: (event: StatusEvent) => void;
  readonly table?: (event: TableEvent) => void;
  readonly log?: (event: LogEvent) => void;
  /** Whether the server can be reached; called when that changes. */
  readonly connected?: (isConnected: boolean) => void;
}

export class SourceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The next step. */
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}
