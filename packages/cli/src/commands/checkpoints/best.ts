import { flag, runFlags } from '@forge-ml/core/flags';
import { type BestCheckpoint, bestCheckpoint, findRun } from '@forge-ml/core/manage';
import { formatNumber } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { shortPath } from '../../terminal/paths.js';

const flags = {
  metric: flag.string(null, "SPLIT.METRIC[:min|max]. Default: the one in the run's --keep, else valid.loss."),
  resultsDir: runFlags.resultsDir,
};

export default class CheckpointsBest extends ForgeCommand {
  static override summary = 'Print the step and folder of the best checkpoint of a run.';
  static override description =
    'The checkpoint that --checkpoint best loads. Its checksums are verified; corrupt ones are skipped.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> checkpoints best digits-cnn',
    '<%= config.bin %> checkpoints best digits-cnn/2 --metric valid.accuracy --json',
  ];

  async run(): Promise<BestCheckpoint & { readonly run: string }> {
    const { flags: given, words } = await this.read(flags);
    const { path: run } = await findRun(words[0]!, await this.resultsFolder());
    const best = await bestCheckpoint(run, given.metric ?? undefined);
    for (const { step, reason } of best.skipped) this.showWarning(`Skipped corrupt checkpoint ${step}: ${reason}`);
    const { step, path, metric, value, measuredAt } = best;
    const from = measuredAt === null || measuredAt === step ? '' : ` (measured at step ${measuredAt})`;
    this.show(`${step}  ${shortPath(path)}  ${metric} ${formatNumber(value)}${from}`);
    return { run, ...best };
  }
}
