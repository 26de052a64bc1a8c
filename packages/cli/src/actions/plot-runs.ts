import { nameList } from '@forge-ml/core/flags';
import { type CurveOptions, findRun, type RunCurves, type RunFolder, readRunCurves } from '@forge-ml/core/runs';

/**
 * The curves of some metrics of runs, in the order given; a run named twice is read once.
 * @param metrics addresses, comma-separated
 * @throws ForgeError FLAG_INVALID, METRIC_INVALID, RUN_NOT_FOUND, RUN_INVALID, FILE_SYSTEM
 */
export async function plottedRuns(
  metrics: string,
  references: readonly string[],
  results: string,
  options: CurveOptions,
): Promise<RunCurves[]> {
  const addresses = nameList(metrics, 'METRIC', 'metric');
  const folders = new Map<string, RunFolder>();
  for (const reference of references) {
    const folder = await findRun(reference, results);
    folders.set(folder.path, folder);
  }
  const read: RunCurves[] = [];
  for (const folder of folders.values()) read.push(await readRunCurves(folder, addresses, options));
  return read;
}
