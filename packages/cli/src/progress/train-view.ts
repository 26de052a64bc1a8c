import type { Experiment, Run, RunHooks, StopSignal } from '@forge-ml/core';

/** What a person sees of a run while it goes on. */
export interface TrainView {
  readonly hooks: RunHooks;
  /** The run has its folder. */
  begin(run: Run, experiment: Experiment): void;
  /** A signal has asked it to stop. */
  stopping(signal: StopSignal): void;
  /** It is over, in whatever way. */
  end(): void;
}

/** With `--json`: nothing, until the end. */
export const silentView: TrainView = { hooks: {}, begin() {}, stopping() {}, end() {} };
