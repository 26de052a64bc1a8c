import { requireOwnFiles } from '@forge-ml/core/manage';
import { type CommandForge, ForgeError } from '@forge-ml/core/plugin';
import type { ViewedRun } from '../views/viewed-run.js';
import { most } from './report-options.js';

/**
 * The runs that references name, in their order.
 * @throws ForgeError RUN_NOT_FOUND with the nearest name; USAGE for one that is given twice;
 * PATH_UNSAFE for one with a link, since a report is sent to others; FILE_SYSTEM
 */
export async function chooseRuns(references: readonly string[], forge: CommandForge): Promise<ViewedRun[]> {
  if (references.length > most.runs) {
    throw new ForgeError('USAGE', `A report is of at most ${most.runs} runs, not of ${references.length}.`, {
      about: 'run',
      hint: 'Choose fewer: forge runs select --sort best.valid.loss --limit 20 prints the best.',
    });
  }
  const results = await forge.resultsFolder();
  const runs: ViewedRun[] = [];
  for (const reference of references) {
    const folder = await forge.findRun(reference);
    const label = `${folder.experiment}/${folder.number}`;
    if (runs.some((run) => run.folder.path === folder.path)) {
      throw new ForgeError('USAGE', `${label} is given twice.`, { about: label, hint: 'Name each run once.' });
    }
    await requireOwnFiles(folder.path);
    // Folders outside of the results may have the same names.
    const twins = runs.filter((run) => run.label === label || run.label.startsWith(`${label} (`)).length;
    runs.push({
      id: `results${twins === 0 ? '' : `-${twins + 1}`}/${label}`,
      label: twins === 0 ? label : `${label} (${twins + 1})`,
      folder,
      results,
    });
  }
  return runs;
}
