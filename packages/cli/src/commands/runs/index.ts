import { ForgeError, flag, nearestName, runFlags } from '@forge-ml/core/flags';
import { string } from '@oclif/core/args';
import type { ListedGroup } from '../../actions/group-runs.js';
import { listRuns, type RunList } from '../../actions/list-runs.js';
import type { ListedRun } from '../../actions/listed-run.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { defaultLimit, runChoiceFlags } from '../../flags/run-choice-flags.js';
import { renderRunList } from '../../render/runs/run-list.js';
import { colorsFor } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  ...runChoiceFlags,
  all: flag.boolean(false, `List every run, not only ${defaultLimit}.`),
  columns: flag.string(null, 'Fields to show: status,flags.hidden,best.valid.loss. Default: what differs.'),
  group: flag.string(null, 'One row for the runs of an experiment, or of a configuration: the flags but the seed.', {
    choices: ['experiment', 'configuration'],
  }),
  csv: flag.boolean(false, 'Print every column of every run as CSV, with exact numbers.'),
  resultsDir: runFlags.resultsDir,
};

interface Listed {
  readonly results: string;
  readonly runs?: readonly ListedRun[];
  readonly groups?: readonly ListedGroup[];
}

export default class Runs extends ForgeCommand {
  static override summary = 'List runs with their status and metrics; find, sort and group them.';
  static override description =
    `Lists the newest ${defaultLimit} and every damaged one; --all, --json and --csv list all.
docs/comparing-runs.md describes the fields and expressions of --where, --sort and --columns.`;
  static override args = { experiment: string({ description: 'Experiment whose runs are listed. Default: all.' }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs',
    "<%= config.bin %> runs --where 'flags.hidden > 64' --sort best.valid.loss",
    '<%= config.bin %> runs digits-cnn --group configuration --sort best.valid.loss',
    '<%= config.bin %> runs digits-cnn --json',
  ];

  async run(): Promise<Listed> {
    const { flags: given, words } = await this.read(flags);
    this.checkConflicts(given);
    const results = await this.resultsFolder();
    const [experiment = null] = words;
    const unlimited = given.all || this.jsonEnabled() || given.csv;
    const limit = given.limit ?? (unlimited ? null : defaultLimit);
    const group = given.group as 'experiment' | null;
    const list = await listRuns(results, experiment, { ...given, group, limit });
    if (experiment !== null && !list.experiments().has(experiment)) {
      throw await this.noExperiment(experiment, results, list);
    }
    const isPlain = [given.where, given.last, group].every((condition) => condition === null);
    if (list.total === 0 && isPlain) this.show(`No runs in ${shortPath(results)} yet. forge train starts one.`);
    else if (list.nothing !== undefined) {
      const { message, hint } = list.nothing;
      this.show(`${message}\n${hint ?? ''}`.trim());
    } else if (given.csv) await this.printCsv(list);
    else if (!this.jsonEnabled()) await this.showList(list);
    if (list.omitted > 0) {
      const what = list.groups === undefined ? 'run' : 'group';
      warnOmitted(list.omitted, `${given.sort === null ? 'older' : 'other'} ${what}`, given.limit === null);
    }
    if (list.groups !== undefined) return { results, groups: list.groups };
    if (!this.jsonEnabled()) return { results };
    const { listedRuns } = await import('../../actions/listed-run.js');
    return { results, runs: listedRuns(list.runs, list.keys) };
  }

  private async showList({ runs, keys, groups, columns, sorted }: RunList): Promise<void> {
    const [colors, width] = [colorsFor(process.stdout), columnsOf(process.stdout)];
    if (groups === undefined) {
      this.showTable(renderRunList(runs, keys, colors, { width, columns, sorted }));
      return;
    }
    const { renderGroupList } = await import('../../render/runs/group-list.js');
    this.showTable(renderGroupList(groups, colors, width));
  }

  private async printCsv({ runs, keys, groups, columns }: RunList): Promise<void> {
    const { csvOfGroups, csvOfRuns } = await import('../../actions/csv-of-runs.js');
    this.print(groups === undefined ? csvOfRuns(runs, keys, columns) : csvOfGroups(groups));
  }

  /** Exact text for another program; a terminal gets it without control characters. */
  private print(text: string): void {
    if (process.stdout.isTTY) this.show(text.trimEnd());
    else process.stdout.write(text);
  }

  private checkConflicts(given: {
    all: boolean;
    limit: number | null;
    csv: boolean;
    columns: string | null;
    group: string | null;
  }): void {
    const conflicts: readonly (readonly [boolean, string])[] = [
      [given.all && given.limit !== null, '--all and --limit'],
      [given.csv && this.jsonEnabled(), '--csv and --json'],
      [given.group !== null && given.columns !== null, '--group and --columns'],
      [given.columns !== null && this.jsonEnabled(), '--columns and --json'],
    ];
    const [, both] = conflicts.find(([isGiven]) => isGiven) ?? [];
    if (both === undefined) return;
    throw new ForgeError('FLAG_CONFLICT', `${both} cannot be used together.`, { about: both.split(' ')[0]! });
  }

  /** The word may be a misspelled command: `forge runs shw`. */
  private async noExperiment(name: string, results: string, { experiments }: RunList): Promise<ForgeError> {
    const nearest = nearestName(name, experiments());
    const command = (await this.unknownCommand(name)).hint!;
    return new ForgeError('RUN_NOT_FOUND', `There is no experiment "${name}" in ${shortPath(results)}.`, {
      about: name,
      hint: nearest === undefined ? `${command} forge runs lists every experiment.` : `Did you mean ${nearest}?`,
    });
  }
}

/** On stderr, so that it is seen when the list is piped. */
function warnOmitted(count: number, what: string, byDefault: boolean): void {
  const runs = `${count} ${what}${count === 1 ? ' is' : 's are'} not listed`;
  const text = byDefault ? `${runs}: forge runs --all lists every one.` : `${runs}.`;
  process.stderr.write(`${colorsFor(process.stderr).dim(text)}\n`);
}
