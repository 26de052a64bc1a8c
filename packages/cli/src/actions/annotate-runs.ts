import { type Annotations, annotateRun, findRun, type RunFolder } from '@forge-ml/core/manage';

/** A run and what people say about it. */
export interface AnnotatedRun extends Annotations {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
}

/** Finds all runs before any is changed; a run that is named twice counts once. @throws ForgeError RUN_NOT_FOUND */
export async function findEach(references: readonly string[], results: string): Promise<readonly RunFolder[]> {
  const found = new Map<string, RunFolder>();
  for (const reference of references) {
    const run = await findRun(reference, results);
    found.set(run.path, run);
  }
  return [...found.values()];
}

/** @param change returns the fields that change @throws as `annotateRun` */
export async function annotate(
  folder: RunFolder,
  change: (before: Annotations) => Partial<Annotations>,
): Promise<AnnotatedRun> {
  const { path: run, experiment, number } = folder;
  return { run, experiment, number, ...(await annotateRun(folder, change)) };
}
