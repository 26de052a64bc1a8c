import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowedRun, RunProgress } from '@forge-ml/core/runs';

export type ChangeListener = (progress: RunProgress) => void;

export interface WatchOptions {
  /** Called for each run that has changed, at first for every run. */
  readonly changed?: ChangeListener;
  /** Called after each look at the runs. */
  readonly looked?: (runs: readonly RunProgress[]) => void;
  /** Ends the watching. */
  readonly signal?: AbortSignal;
}

/** Looks at runs until all have ended. @returns their last progress */
export async function watchUntilEnd(
  runs: readonly FollowedRun[],
  everyMs: number,
  { changed, looked, signal }: WatchOptions,
): Promise<readonly RunProgress[]> {
  let before: readonly RunProgress[] = [];
  for (;;) {
    const now: RunProgress[] = [];
    // A run that has ended does not change, unless it is resumed.
    for (const run of runs) now.push(await run.poll());
    for (const [at, progress] of now.entries()) if (differs(progress, before[at])) changed?.(progress);
    looked?.(now);
    before = now;
    if (now.every(({ status }) => status !== 'running') || signal?.aborted) return now;
    await sleep(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    if (signal?.aborted) return now;
  }
}

function differs(now: RunProgress, before: RunProgress | undefined): boolean {
  return (
    before === undefined ||
    now.status !== before.status ||
    now.step !== before.step ||
    now.curve?.values !== before.curve?.values
  );
}
