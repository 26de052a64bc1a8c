import type { PreparedRun, Run, RunHooks, StopSignal } from '@forge-ml/core';

/** What `forge train` prints while a run trains. */
export interface TrainView {
  readonly hooks: RunHooks;
  /** Called once the run has its folder. */
  begin(run: Run, experiment: PreparedRun): void;
  /** Called when a signal requests a stop. */
  stopping(signal: StopSignal): void;
  /** Called when the run ends, whether it succeeded or not. */
  end(): void;
}

/** The view of `--json`, which prints nothing. */
export const silentView: TrainView = { hooks: {}, begin() {}, stopping() {}, end() {} };
