import { RunSeries } from './run-series.js';

/**
 * Reads the metrics of a run for curves.
 * @param run its folder
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM
 */
export async function openRunSeries(run: string): Promise<RunSeries> {
  const series = new RunSeries(run);
  await series.open();
  return series;
}
