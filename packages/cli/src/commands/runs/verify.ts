import {
  flag,
  isForgeError,
  messageOf,
  type RepairedRun,
  repairRun,
  type VerifiedRun,
  verifyRun,
} from '@forge-ml/core';
import { runFlags, runsToVerify } from '@forge-ml/core/cli';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderVerifiedRun, renderVerifySummary } from '../../render/runs/verified-run.js';
import { colorsFor } from '../../terminal/colors.js';

const flags = {
  deep: flag.boolean(false, 'Read every byte and verify every checksum. Default: sizes and manifests only.'),
  repair: flag.boolean(false, "Move corrupt and leftover files to the run's quarantine folder. Deletes nothing."),
  resultsDir: runFlags.resultsDir,
};

export interface Verification {
  readonly deep: boolean;
  readonly damaged: number;
  readonly runs: readonly (VerifiedRun | RepairedRun)[];
}

export default class RunsVerify extends ForgeCommand {
  static override summary = 'Check run folders for missing, truncated, modified and leftover files.';
  static override description =
    'Read-only without --repair, and runs no code of a run. Exits with status 1 if a run is damaged.';
  static override args = {
    run: string({
      description: 'EXPERIMENT (all its runs), EXPERIMENT/NUMBER, or a run folder. Default: every run.',
      multiple: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs verify --deep',
    '<%= config.bin %> runs verify digits-cnn/2 --deep --repair',
  ];

  async run(): Promise<Verification> {
    const { flags: given, words } = await this.read(flags);
    const { deep, repair } = given;
    const folders = await runsToVerify(words, await (await this.library()).resultsFolder());
    const colors = colorsFor(process.stdout);
    const runs: (VerifiedRun | RepairedRun)[] = [];
    // Reading every byte of a run may take minutes.
    const line = await this.liveLine();
    try {
      for (const [index, folder] of folders.entries()) {
        line?.draw(`${printableText(folder.experiment)}/${folder.number} (${index + 1} of ${folders.length})`);
        const found = await verifyRun(folder, { deep });
        const run = repair ? await this.repaired(found, deep) : found;
        runs.push(run);
        this.show(renderVerifiedRun(run, colors));
      }
    } finally {
      line?.stop();
    }
    const damaged = runs.filter((run) => ('after' in run ? run.after : run).damaged).length;
    this.show(renderVerifySummary(runs, { deep, damaged }));
    if (damaged > 0) process.exitCode = 1;
    return { deep, damaged, runs };
  }

  /** Repairs a run. Skips one that is running or not writable, with a warning, so that the others are still repaired. */
  private async repaired(found: VerifiedRun, deep: boolean): Promise<VerifiedRun | RepairedRun> {
    try {
      return await repairRun(found, { deep, say: (message) => this.showWarning(message) });
    } catch (error) {
      const label = `${found.experiment}/${found.number}`;
      // An unexpected error of one run must not stop the repair of the others, nor count as success.
      if (!isForgeError(error)) process.exitCode = 1;
      const why = isForgeError(error) ? error.message : `Cannot repair ${label}: ${messageOf(error)}.`;
      this.showWarning(`${why} Not repaired.`);
      return found;
    }
  }
}
