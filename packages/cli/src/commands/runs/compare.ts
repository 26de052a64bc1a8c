import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import { compareRuns, comparisonCsv, findRun, type RunComparison, type RunFolder } from '@forge-ml/core/runs';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderRunComparison } from '../../render/runs/run-comparison.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  all: flag.boolean(false, 'Show also what is equal in all runs.'),
  csv: flag.boolean(false, 'Print CSV with exact numbers.'),
  resultsDir: runFlags.resultsDir,
};

export default class RunsCompare extends ForgeCommand {
  static override summary = 'Compare runs side by side: what differs between them, and their metrics.';
  static override description =
    'Reads only, and runs no code of a run. The best value of each metric with a known direction is marked with *.';
  static override args = {
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder; two or more.',
      multiple: true,
      required: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs compare digits-cnn/1 digits-cnn/2 digits-cnn/3',
    '<%= config.bin %> runs compare digits-cnn/1 digits-cnn/2 --all',
    '<%= config.bin %> runs compare digits-cnn/1 digits-cnn/2 --csv',
  ];

  async run(): Promise<RunComparison> {
    const { flags: given, words } = await this.read(flags);
    const { all, csv } = given;
    if (words.length < 2) {
      throw new ForgeError('USAGE', 'forge runs compare requires two runs or more.', {
        about: 'run',
        hint: `forge runs show ${words[0]} shows one run.`,
      });
    }
    if (csv && this.jsonEnabled()) {
      throw new ForgeError('USAGE', '--csv and --json are two formats.', {
        about: 'csv',
        hint: 'Give one of the two.',
      });
    }
    const results = await this.resultsFolder();
    const folders: RunFolder[] = [];
    for (const word of words) folders.push(await findRun(word, results));
    const twice = folders.find(({ path }, at) => folders.findIndex((other) => other.path === path) < at);
    if (twice !== undefined) {
      const label = `${twice.experiment}/${twice.number}`;
      throw new ForgeError('USAGE', `${label} is given twice.`, { about: label, hint: 'Name each run once.' });
    }
    const found = await compareRuns(folders);
    const comparison = all ? found : { ...found, rows: found.rows.filter(isOfInterest) };
    if (csv) this.show((await comparisonCsv(comparison)).trimEnd());
    else this.show(renderRunComparison(found, all, colorsFor(process.stdout), columnsOf(process.stdout)));
    return comparison;
  }
}

function isOfInterest({ group, equal }: RunComparison['rows'][number]): boolean {
  return !equal || group === 'best' || group === 'last';
}
