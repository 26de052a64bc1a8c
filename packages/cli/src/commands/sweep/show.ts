import { flag, runFlags } from '@forge-ml/core/flags';
import type { SweepReport } from '@forge-ml/core/sweeps';
import { nextCommand, readReport, readSweep } from '@forge-ml/core/sweeps';
import { string } from '@oclif/core/args';
import { findSweep } from '../../actions/sweep/find-sweep.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderSweepReport } from '../../render/sweep/sweep-report.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  limit: flag.integer(10, 'Trials in the table; --json has all.', { min: 1 }),
  resultsDir: runFlags.resultsDir,
};

export default class SweepShow extends ForgeCommand {
  static override summary = 'Show what a sweep found: the best trials, and which flags matter.';
  static override description =
    `The importance of a flag is its share in what makes a trial one of the best tenth (PED-ANOVA).
Reads the files of the sweep and writes nothing. Without NAME, of the newest sweep.`;
  static override args = { sweep: string({ description: 'SWEEP: its name, or its folder. Default: the newest.' }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> sweep show',
    '<%= config.bin %> sweep show mnist-sweep --limit 20',
    '<%= config.bin %> sweep show mnist-sweep --json',
  ];

  async run(): Promise<SweepReport> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const report = await readReport(await readSweep(await findSweep(words[0] ?? null, results)));
    const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
    const next = report.status === 'completed' ? null : nextCommand(report, results);
    this.show(renderSweepReport(report, { colors, columns, limit: given.limit, next }));
    return report;
  }
}
