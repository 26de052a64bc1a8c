import { flag, runFlags } from '@forge-ml/core/flags';
import type { FollowedRun, RunProgress } from '@forge-ml/core/runs';
import { string } from '@oclif/core/args';
import { followedRuns, watchedRun } from '../../actions/watch-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { type ChangeListener, watchUntilEnd } from '../../progress/watch-until-end.js';
import { renderWatchLine } from '../../render/runs/watched-runs.js';
import { toJson } from '../../terminal/json.js';
import { shortPath } from '../../terminal/paths.js';

const flags = {
  metric: flag.string(null, 'Metric to show: SPLIT.METRIC. Default: valid.loss, else train.loss.'),
  every: flag.float(1, 'Seconds between two looks at the runs.', { min: 0.05, max: 3600 }),
  resultsDir: runFlags.resultsDir,
};

export default class RunsWatch extends ForgeCommand {
  static override summary = 'Watch runs until they have ended.';
  static override description =
    'Reads their folders and writes nothing into them. On a terminal it shows a table, and q quits. Piped, it prints a line for each change; with --json, a JSON object. Exits with status 0 if all runs have completed or stopped, 1 if one failed or crashed.';
  static override args = {
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder. Default: all that are running.',
      multiple: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs watch',
    '<%= config.bin %> runs watch digits-cnn/3 --metric valid.accuracy',
    '<%= config.bin %> runs watch digits-cnn --json',
  ];

  async run(): Promise<void> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const { metric, every } = given;
    const runs = await followedRuns(words, results, metric === null ? {} : { metrics: [metric] });
    if (runs.length === 0) {
      this.show(`No run in ${shortPath(results)} is running.`);
      return;
    }
    const last = await this.watch(runs, every * 1000);
    if (process.exitCode === undefined && last.some(({ status }) => status === 'failed' || status === 'crashed'))
      process.exitCode = 1;
  }

  private async watch(runs: readonly FollowedRun[], everyMs: number): Promise<readonly RunProgress[]> {
    if (!this.jsonEnabled() && process.stdout.isTTY && process.env.TERM !== 'dumb') {
      const { watchOnTerminal } = await import('../../progress/watch-on-terminal.js');
      return watchOnTerminal(runs, everyMs, () => {
        process.exitCode = 130;
      });
    }
    const changed: ChangeListener = (progress) => {
      if (this.jsonEnabled()) this.writeLine(toJson(watchedRun(progress), 0));
      else this.writeLine(renderWatchLine(progress));
    };
    return watchUntilEnd(runs, everyMs, { changed });
  }

  /** The lines are printed as they come. */
  protected override logJson(): void {}

  private writeLine(line: string): void {
    this.releaseStdout();
    process.stdout.write(`${line}\n`);
  }
}
