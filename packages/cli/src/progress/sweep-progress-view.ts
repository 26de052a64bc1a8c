import type { SweepHooks } from '@forge-ml/core/sweeps';

/** What `forge sweep` prints while it works. */
export interface SweepProgressView {
  readonly hooks: SweepHooks;
  begin(): void;
  /** Prints lines that stay. */
  print(text: string): void;
  /** Called when the work ends, whether it succeeded or not; may be called again. */
  end(): void;
}

/** The view of `--json`, which prints nothing. */
export const silentSweepView: SweepProgressView = { hooks: {}, begin() {}, print() {}, end() {} };
