import { runFlags } from '@forge-ml/core/flags';
import { findRunToRemove, type RunFolder, removeRuns, type TrashedRun } from '@forge-ml/core/manage';
import { shellWord } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';

const flags = { resultsDir: runFlags.resultsDir };

export default class RunsRm extends ForgeCommand {
  static override summary = 'Move runs to the trash.';
  static override description =
    'forge runs restore moves them back; forge runs purge frees the disk. Their numbers are never used again.';
  static override args = {
    run: string({ description: 'EXPERIMENT/NUMBER, or a run folder.', required: true, multiple: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs rm digits-cnn/1 digits-cnn/3',
    '<%= config.bin %> runs rm results/digits-cnn/1',
  ];

  async run(): Promise<{ readonly results: string; readonly runs: readonly TrashedRun[] }> {
    const { words } = await this.read(flags);
    const results = await this.resultsFolder();
    const found = new Map<string, RunFolder>();
    for (const reference of words) {
      const run = await findRunToRemove(reference, results);
      found.set(run.path, run);
    }
    const runs = await removeRuns(results, [...found.values()], {
      say: (message) => this.showWarning(message),
      onRun: ({ experiment, number }) => this.show(`${experiment}/${number} is in the trash.`),
    });
    const names = runs.map(({ experiment, number }) => shellWord(`${experiment}/${number}`));
    this.show(`To move ${runs.length === 1 ? 'it' : 'them'} back: forge runs restore ${names.join(' ')}`);
    return { results, runs };
  }
}
