import { flag, runFlags } from '@forge-ml/core/flags';
import { nextCommand, readSweep, type SweepView } from '@forge-ml/core/sweeps';
import { string } from '@oclif/core/args';
import { findSweep, firstSweep, newestSweep } from '../../actions/sweep/find-sweep.js';
import { RunningTrials } from '../../actions/sweep/running-trials.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderSweepStatus } from '../../render/sweep/sweep-status.js';
import { colorsFor } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  watch: flag.boolean(false, 'Show it until the sweep ends; on a terminal q quits. Piped: a line for each trial.'),
  every: flag.float(2, 'With --watch: seconds between two looks.', { min: 0.1, max: 3600 }),
  resultsDir: runFlags.resultsDir,
};

/** The state of a sweep as `--json` prints it. */
export interface SweepStatus extends SweepView {
  /** The command that continues it; null where a controller works on it. */
  readonly next: string | null;
}

export default class SweepStatusCommand extends ForgeCommand {
  static override summary = 'Show the state of a sweep: best, running and failed trials, what is left.';
  static override description = 'Reads its files and writes nothing. Without NAME, of the newest sweep.';
  static override args = { sweep: string({ description: 'SWEEP: its name, or its folder. Default: the newest.' }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> sweep status',
    '<%= config.bin %> sweep status mnist-sweep --watch',
    '<%= config.bin %> sweep status mnist-sweep --json',
  ];

  async run(): Promise<SweepStatus | { readonly sweep: null } | undefined> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const [name = null] = words;
    if (name === null && (await newestSweep(results)) === undefined) {
      this.show(`No sweeps in ${shortPath(results)} yet. To start one:\n  ${firstSweep}`);
      return { sweep: null };
    }
    const folder = await findSweep(name, results);
    if (given.watch) return this.watch(folder, given.every * 1000);
    const view = await readSweep(folder);
    const next = nextCommand(view, results);
    if (!this.jsonEnabled()) {
      const steps = await new RunningTrials().look(view);
      const [colors, columns] = [colorsFor(process.stdout), columnsOf(process.stdout)];
      this.show(renderSweepStatus(view, { colors, columns, rows: Number.POSITIVE_INFINITY, steps, next }));
    }
    return { ...view, next: next?.command ?? null };
  }

  private async watch(folder: string, everyMs: number): Promise<undefined> {
    const { watchSweepAsLines, watchSweepOnTerminal } = await import('../../progress/watch-sweep.js');
    if (!this.jsonEnabled() && process.stdout.isTTY && process.env.TERM !== 'dumb') {
      await watchSweepOnTerminal(
        () => readSweep(folder),
        everyMs,
        () => {
          process.exitCode = 130;
        },
      );
      return;
    }
    this.isStreaming = true;
    this.releaseStdout();
    await watchSweepAsLines(() => readSweep(folder), everyMs, this.jsonEnabled());
  }

  private isStreaming = false;

  /** The lines of `--watch` are printed as they come. */
  protected override logJson(value: unknown): void {
    if (!this.isStreaming) super.logJson(value);
  }
}
