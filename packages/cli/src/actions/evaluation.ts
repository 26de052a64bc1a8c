import type { MediaKind, MetricTable, Stats, Weights } from '@forge-ml/core';

/** The metrics of a checkpoint on one split of its data. */
export interface Evaluation {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly step: number;
  readonly split: string;
  readonly weights: Weights;
  /** Averages over the split, weighted by batch size; and the metrics over all of it that the model declares. */
  readonly metrics: Stats;
  /** Metrics that are tables, such as a confusion matrix, by name. */
  readonly tables: Readonly<Record<string, MetricTable>>;
  /** Metrics that are images, texts, histograms or tables as a run logs them, by name: their kind. */
  readonly media: Readonly<Record<string, MediaKind>>;
}
