import { runFlags } from '@forge-ml/core/flags';
import { findOneTrashed, findTrashed, type RunFolder, restoreRun, trashReference } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';

const flags = { resultsDir: runFlags.resultsDir };

interface RestoredRun extends Omit<RunFolder, 'path'> {
  readonly run: string;
}

export default class RunsRestore extends ForgeCommand {
  static override summary = 'Move removed runs back from the trash.';
  static override args = {
    run: string({
      description: 'EXPERIMENT/NUMBER, or an entry of the trash: EXPERIMENT/NUMBER-TIME.',
      required: true,
      multiple: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> runs restore digits-cnn/1'];

  async run(): Promise<{ readonly results: string; readonly runs: readonly RestoredRun[] }> {
    const { words } = await this.read(flags);
    const results = await this.resultsFolder();
    const entries = [];
    for (const word of new Set(words)) entries.push(await findOneTrashed(word, results));
    const runs: RestoredRun[] = [];
    for (const entry of entries) {
      const { path: run, experiment, number } = await restoreRun(results, entry);
      runs.push({ run, experiment, number });
      const label = `${experiment}/${number}`;
      this.show(`${label} is restored.`);
      const others = await findTrashed(label, results).catch(() => []);
      if (others.length > 0)
        this.showWarning(`The trash has older copies of ${label}: ${others.map(trashReference).join(', ')}.`);
    }
    return { results, runs };
  }
}
