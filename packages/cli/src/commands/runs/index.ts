import { ForgeError, flag, nearestName, runFlags } from '@forge-ml/core/flags';
import { string } from '@oclif/core/args';
import { type FoundRun, findRuns, type ListedRun, listedRun, newestRuns } from '../../actions/list-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderRunList } from '../../render/run-list.js';
import { colorsFor } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { columnsOf } from '../../terminal/terminal-width.js';

/** Runs listed by default. */
const defaultCount = 50;

const flags = {
  all: flag.boolean(false, `List every run, not only the newest ${defaultCount}.`),
  resultsDir: runFlags.resultsDir,
};

export default class Runs extends ForgeCommand {
  static override summary = 'List runs with their status and metrics.';
  static override description = `Lists the newest ${defaultCount} and every damaged one; --all and --json list all.`;
  static override args = { experiment: string({ description: 'Experiment whose runs are listed. Default: all.' }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs',
    '<%= config.bin %> runs digits-cnn --all',
    '<%= config.bin %> runs digits-cnn --json',
  ];

  async run(): Promise<{ readonly results: string; readonly runs: readonly ListedRun[] }> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const whole = given.all || this.jsonEnabled();
    const all = await findRuns(results, { whole });
    const [experiment] = words;
    const wanted = experiment === undefined ? all : all.filter(({ run }) => run.folder.experiment === experiment);
    if (experiment !== undefined && wanted.length === 0) throw await this.noExperiment(experiment, results, all);
    const shown = whole ? wanted : newestRuns(wanted, defaultCount);
    const runs = shown.map(listedRun);
    if (runs.length === 0) this.show(`No runs in ${shortPath(results)} yet. forge train starts one.`);
    else this.showTable(renderRunList(runs, colorsFor(process.stdout), columnsOf(process.stdout)));
    if (shown.length < wanted.length) warnOlder(wanted.length - shown.length);
    return { results, runs };
  }

  /** The word may be a misspelled command: `forge runs shw`. */
  private async noExperiment(name: string, results: string, all: readonly FoundRun[]): Promise<ForgeError> {
    const nearest = nearestName(name, new Set(all.map(({ run }) => run.folder.experiment)));
    const command = (await this.unknownCommand(name)).hint!;
    return new ForgeError('RUN_NOT_FOUND', `There is no experiment "${name}" in ${shortPath(results)}.`, {
      about: name,
      hint: nearest === undefined ? `${command} forge runs lists every experiment.` : `Did you mean ${nearest}?`,
    });
  }
}

/** On stderr, so that it is seen when the list is piped. */
function warnOlder(count: number): void {
  const text = `${count} older ${count === 1 ? 'run is' : 'runs are'} not listed: forge runs --all lists every one.`;
  process.stderr.write(`${colorsFor(process.stderr).dim(text)}\n`);
}
