import { runFlags } from '@forge-ml/core/flags';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { runChoiceFlags } from '../../flags/run-choice-flags.js';

const flags = { ...runChoiceFlags, resultsDir: runFlags.resultsDir };

export default class RunsSelect extends ForgeCommand {
  static override summary = 'Print the names of runs, one a line, for scripts.';
  static override description =
    'Takes the conditions and the order of forge runs. Fails if no run matches. docs/comparing-runs.md describes them.';
  static override args = { experiment: string({ description: 'Experiment whose runs are selected. Default: all.' }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs select --sort best.valid.loss --limit 1',
    "<%= config.bin %> runs select digits-cnn --where 'status = completed'",
    '<%= config.bin %> eval $(<%= config.bin %> runs select --sort valid.loss --limit 1)',
  ];

  async run(): Promise<{ readonly results: string; readonly runs: readonly string[] }> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const { chooseRuns, nothingChosen } = await import('../../actions/choose-runs.js');
    const { nameOf } = await import('../../actions/group-runs.js');
    const { selected, runs } = await chooseRuns(results, words[0] ?? null, given);
    if (runs.length === 0) throw nothingChosen(selected, results, given);
    const names = runs.map(nameOf);
    this.show(names.map(printableText).join('\n'));
    return { results, runs: names };
  }
}
