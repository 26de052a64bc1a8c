import { findRun } from '@forge-ml/core';
import { runFlags } from '@forge-ml/core/cli';
import { type RunDetails, runDetails } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderRunDetails } from '../../render/runs/run-details.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = { resultsDir: runFlags.resultsDir };

export default class RunsShow extends ForgeCommand {
  static override summary = 'Show a run: metrics, flags, checkpoints, and the command that resumes it.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs show digits-cnn',
    '<%= config.bin %> runs show digits-cnn/2 --json',
  ];

  async run(): Promise<RunDetails> {
    const { words } = await this.read(flags);
    const forge = await this.library();
    const results = await forge.resultsFolder();
    const folder = await findRun(words[0]!, results);
    const details = await runDetails(folder, { results, store: forge.checkpoints(folder.path) });
    this.show(renderRunDetails(details, colorsFor(process.stdout), columnsOf(process.stdout)));
    return details;
  }
}
