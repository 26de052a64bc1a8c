import { ForgeError, flag, nearestName, runFlags } from '@forge-ml/core/flags';
import { string } from '@oclif/core/args';
import type { ListedGroup } from '../../actions/group-runs.js';
import { type FoundRun, findRuns, type ListedRun, newestRuns, type RunRow, rowOf } from '../../actions/list-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { defaultLimit, runChoiceFlags } from '../../flags/run-choice-flags.js';
import { type RunListOptions, renderRunList } from '../../render/run-list.js';
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
    const { where, sort, last, columns, group } = given;
    const isPlain = where === null && sort === null && last === null && columns === null && group === null;
    if (isPlain) return this.listNewest(results, experiment, limit, given.csv);
    const { listChosen } = await import('../../actions/list-chosen.js');
    const chosen = await listChosen(results, experiment, { ...given, group: group as 'experiment' | null, limit });
    if (chosen.total === 0 && experiment !== null) await this.requireExperiment(experiment, results);
    if (chosen.nothing !== undefined) {
      const { message, hint } = chosen.nothing;
      this.show(`${message}\n${hint ?? ''}`.trim());
    } else if (given.csv) this.print(chosen.csv());
    else if (chosen.groups !== undefined) {
      const { renderGroupList } = await import('../../render/group-list.js');
      const colors = colorsFor(process.stdout);
      this.showTable(renderGroupList(chosen.groups, colors, columnsOf(process.stdout)));
    } else this.showRuns(chosen.rows, { columns: chosen.columns, sorted: chosen.sorted });
    const what = chosen.groups === undefined ? 'run' : 'group';
    if (chosen.omitted > 0)
      warnOmitted(chosen.omitted, `${sort === null ? 'older' : 'other'} ${what}`, given.limit === null);
    if (chosen.groups !== undefined) return { results, groups: chosen.groups };
    return { results, runs: chosen.rows.map(({ listed }) => listed) };
  }

  /** The list without conditions, which needs only the creation time of most runs. */
  private async listNewest(
    results: string,
    experiment: string | null,
    limit: number | null,
    csv: boolean,
  ): Promise<Listed> {
    const all = await findRuns(results, { whole: limit === null });
    const wanted = experiment === null ? all : all.filter(({ run }) => run.folder.experiment === experiment);
    if (experiment !== null && wanted.length === 0) throw await this.noExperiment(experiment, results, all);
    const shown = limit === null ? wanted : newestRuns(wanted, limit);
    const rows: RunRow[] = [];
    for (const { run } of shown) rows.push(await rowOf(run.folder, run.summary()));
    if (rows.length === 0) this.show(`No runs in ${shortPath(results)} yet. forge train starts one.`);
    else if (csv) {
      const { csvOfRuns } = await import('../../actions/csv-of-runs.js');
      this.print(csvOfRuns(rows));
    } else this.showRuns(rows, {});
    if (shown.length < wanted.length) warnOmitted(wanted.length - shown.length, 'older run', limit === defaultLimit);
    return { results, runs: rows.map(({ listed }) => listed) };
  }

  private showRuns(rows: readonly RunRow[], options: Omit<RunListOptions, 'width'>): void {
    const width = columnsOf(process.stdout);
    this.showTable(renderRunList(rows, colorsFor(process.stdout), { ...options, width }));
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

  private async requireExperiment(name: string, results: string): Promise<void> {
    const all = await findRuns(results, { whole: false });
    if (all.some(({ run }) => run.folder.experiment === name)) return;
    throw await this.noExperiment(name, results, all);
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
function warnOmitted(count: number, what: string, byDefault: boolean): void {
  const runs = `${count} ${what}${count === 1 ? ' is' : 's are'} not listed`;
  const text = byDefault ? `${runs}: forge runs --all lists every one.` : `${runs}.`;
  process.stderr.write(`${colorsFor(process.stderr).dim(text)}\n`);
}
