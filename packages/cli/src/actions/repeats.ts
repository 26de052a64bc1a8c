import { ForgeError } from '@forge-ml/core/flags';
import { type FieldValue, groupRuns, type RunCurves, readRun } from '@forge-ml/core/runs';
import { differing } from './group-runs.js';

/** Runs that repeat one configuration: the same flags but for the seed. */
export interface RepeatedRuns {
  /** The flags that tell it from the other configurations. */
  readonly flags: readonly { readonly key: string; readonly value: FieldValue | undefined }[];
  /** The experiment of its first run. */
  readonly experiment: string;
  readonly runs: readonly RunCurves[];
}

/** @throws ForgeError USAGE if no configuration has several runs */
export async function repeatsOf(runs: readonly RunCurves[]): Promise<RepeatedRuns[]> {
  const curves = new Map(runs.map((run) => [run.run.path, run]));
  const read = await Promise.all(runs.map(({ run }) => readRun(run)));
  const keys = new Set(read.flatMap((run) => run.keys));
  const groups = groupRuns(read, 'configuration', keys);
  if (groups.length === runs.length) {
    throw new ForgeError('USAGE', '--band is for runs that repeat a configuration, but no two of these runs do.', {
      about: 'band',
      hint: 'Name runs whose flags are the same but for the seed, as forge train --repeat makes them, or omit --band.',
    });
  }
  const flags = differing(groups, keys);
  return groups.map(({ runs: members }) => ({
    flags: flags.map((key) => ({ key, value: members[0]!.get(key) })),
    experiment: members[0]!.folder.experiment,
    runs: members.map(({ folder }) => curves.get(folder.path)!),
  }));
}
