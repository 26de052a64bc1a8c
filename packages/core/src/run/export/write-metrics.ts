import { resolve } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { createFile } from '../../fs/safe-files.js';
import { writeOutput } from '../../fs/write-output.js';
import { requireOutput } from '../folder/require-output.js';
import type { RunFolder } from '../folder/run-folder.js';
import { exportMetrics, type MetricsExport } from './export-metrics.js';

/**
 * Writes `exportMetrics` into a file, completely or not at all.
 * @param force whether to replace an existing file
 * @returns the number of points
 * @throws ForgeError as `exportMetrics`; USAGE for an existing file
 */
export async function writeMetrics(
  runs: readonly RunFolder[],
  out: string,
  options: MetricsExport & { readonly force: boolean },
): Promise<number> {
  checkOptions(options, ['format', 'flags', 'force'], { of: 'writeMetrics(runs, out, options)' });
  const { force, ...others } = options;
  const path = resolve(out);
  await requireOutput(path, force);
  let points = 0;
  await writeOutput(path, async (temporary) => {
    const file = await createFile(temporary);
    try {
      for await (const lines of exportMetrics(runs, others)) {
        await file.appendFile(lines.text);
        points += lines.points;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  });
  return points;
}
