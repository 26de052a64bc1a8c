import type { PreparedRun, TrainResult } from '@forge-ml/core';
import { type GroupStatistics, isLearningRate, type QueriedRun, readRun, statisticsOf } from '@forge-ml/core/runs';

/** A run of `forge train --repeat`. */
export interface RepeatedRun extends TrainResult {
  readonly seed: number;
}

/** What `forge train --repeat` did: as `--json` prints it. */
export interface RepeatedTraining {
  readonly runs: readonly RepeatedRun[];
  /** Over the completed runs, by the key of the field: `best.valid.loss`, `last.valid.loss`. */
  readonly summary: Readonly<Record<string, RunStatistics>>;
  /** The seeds that were not trained, since a run failed or was stopped. */
  readonly seedsLeft: readonly number[];
}

export type RunStatistics = Omit<GroupStatistics<never>, 'best'>;

export interface TrainRepeated {
  /** Prepares the next run. @param seed undefined for the first, whose seed is read as for any run */
  prepare(seed: number | undefined): Promise<PreparedRun>;
  /** @param index from 0 */
  train(run: PreparedRun, index: number): Promise<TrainResult>;
  warn(message: string): void;
}

/** How far the training came, also where it ended with an error. */
export interface RepeatProgress {
  readonly runs: RepeatedRun[];
  seedsLeft: number[];
}

/**
 * Trains runs with the seeds seed, seed + 1, … one after the other, until one is stopped.
 * @param progress filled on the way
 * @throws the error of the first run that fails
 */
export async function trainRepeatedly(
  count: number,
  progress: RepeatProgress,
  { prepare, train, warn }: TrainRepeated,
): Promise<void> {
  let code: string | undefined;
  for (let index = 0; index < count; index++) {
    const run = await prepare(progress.seedsLeft[0]);
    const { seed } = run.values;
    if (index === 0) progress.seedsLeft = Array.from({ length: count }, (_, at) => seed + at);
    const stored = JSON.stringify(run.code?.manifest.files);
    if (code !== undefined && stored !== code) {
      warn(`The code has changed since the first of these runs: that of seed ${seed} and later ones is newer.`);
    }
    code = stored;
    progress.seedsLeft.shift();
    const result = await train(run, index);
    progress.runs.push({ ...result, seed });
    if (result.status === 'stopped') return;
  }
}

/** Splits that say how a run went, not what it reached. */
const notResults = ['system', 'gradients'];

/** Reads the runs again, which have their best values, and summarizes the completed ones. */
export async function summarizeRepeats({ runs, seedsLeft }: RepeatProgress): Promise<{
  readonly result: RepeatedTraining;
  /** The runs with their values, for a table. */
  readonly read: readonly QueriedRun[];
}> {
  const read = [];
  for (const { run: path, experiment, number } of runs) read.push(await readRun({ path, experiment, number }));
  const completed = read.filter((run) => run.get('status') === 'completed');
  const keys = new Set(completed.flatMap((run) => run.keys.filter(isResult)));
  const summary = Object.fromEntries(
    [...keys].sort(inOrder).map((key) => {
      const { best, ...statistics } = statisticsOf(completed, key, 'min');
      return [key, statistics];
    }),
  );
  return { result: { runs, summary, seedsLeft }, read };
}

function isResult(key: string): boolean {
  const [of, split, ...name] = key.split('.');
  return (of === 'last' || of === 'best') && !notResults.includes(split!) && !isLearningRate(name.join('.'));
}

/** The validation split before others, the training split last; each loss first; the last value before the best. */
function inOrder(a: string, b: string): number {
  const rank = (key: string) => {
    const [of, split, ...name] = key.split('.');
    const ofSplit = split === 'valid' ? 0 : split === 'train' ? 2 : 1;
    return [String(ofSplit), name.join('.') === 'loss' ? '' : name.join('.'), of === 'last' ? '0' : '1'].join('\0');
  };
  return rank(a) < rank(b) ? -1 : 1;
}
