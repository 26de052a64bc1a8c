import type { SweepView } from './sweep-view.js';

/** What `forge sweep show` shows, and `--json` prints. */
export interface SweepReport extends SweepView {
  /** The share of each flag in what makes trials good, from 0 to 1 (PED-ANOVA); null with too few trials. */
  readonly importance: Readonly<Record<string, number>> | null;
  /** The command that trains the best configuration; null before a trial has completed. */
  readonly bestCommand: string | null;
}
