import { runFlags } from '@forge-ml/core/flags';
import { findRun, type ListedCheckpoint, listCheckpoints } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderCheckpoints } from '../../render/runs/checkpoints.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = { resultsDir: runFlags.resultsDir };

interface RunCheckpoints {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly checkpoints: readonly ListedCheckpoint[];
}

export default class CheckpointsList extends ForgeCommand {
  static override summary = 'List the checkpoints of a run: size, metrics, and why each is kept.';
  static override description = 'Reads manifests only; forge runs verify RUN --deep reads every byte.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> checkpoints list digits-cnn',
    '<%= config.bin %> checkpoints list digits-cnn/2 --json',
  ];

  async run(): Promise<RunCheckpoints> {
    const { words } = await this.read(flags);
    const { path: run, experiment, number } = await findRun(words[0]!, await this.resultsFolder());
    const checkpoints = await listCheckpoints(run, { sizes: true });
    if (checkpoints.length === 0) this.show(`${experiment}/${number} has no checkpoint yet.`);
    else this.showTable(renderCheckpoints(checkpoints, colorsFor(process.stdout), columnsOf(process.stdout)));
    return { run, experiment, number, checkpoints };
  }
}
