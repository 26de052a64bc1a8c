import {
  type FollowedRun,
  type FollowOptions,
  findRun,
  followRun,
  type RunFolder,
  type RunProgress,
  selectRuns,
} from '@forge-ml/core/runs';

/** Follows these runs; without any, those that are running now. @throws ForgeError RUN_NOT_FOUND, METRIC_INVALID */
export async function followedRuns(
  references: readonly string[],
  results: string,
  options: FollowOptions,
): Promise<FollowedRun[]> {
  const folders = new Map<string, RunFolder>();
  if (references.length === 0) for (const folder of await runningRuns(results)) folders.set(folder.path, folder);
  for (const reference of references) {
    const folder = await findRun(reference, results);
    folders.set(folder.path, folder);
  }
  return Promise.all([...folders.values()].map((folder) => followRun(folder, options)));
}

async function runningRuns(results: string): Promise<RunFolder[]> {
  const { runs } = await selectRuns(results, { where: 'status = running' });
  return runs.map(({ folder }) => folder);
}

/** A run as `forge runs watch --json` prints it, on a line of its own whenever it changes. */
export interface WatchedRun {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: RunProgress['status'];
  readonly reason: string | null;
  readonly step: number;
  readonly epoch: number;
  readonly totalSteps: number | null;
  readonly secondsLeft: number | null;
  readonly heartbeat: string;
  readonly metric: string | null;
  readonly last: number | null;
  readonly best: number | null;
  readonly bestStep: number | null;
}

export function watchedRun(progress: RunProgress): WatchedRun {
  const { run, status, reason, step, epoch, totalSteps, secondsLeft, heartbeat, curve } = progress;
  return {
    run: run.path,
    experiment: run.experiment,
    number: run.number,
    status,
    reason,
    step,
    epoch,
    totalSteps,
    secondsLeft,
    heartbeat: new Date(heartbeat).toISOString(),
    metric: curve?.metric ?? null,
    last: curve?.last?.value ?? null,
    best: curve?.best?.value ?? null,
    bestStep: curve?.best?.step ?? null,
  };
}
