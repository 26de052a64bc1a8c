import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import { diffRuns, findRun, type RunDiff } from '@forge-ml/core/runs';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderRunDiff } from '../../render/runs/run-diff.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  working: flag.boolean(false, "Compare with the project's files now, instead of another run."),
  dataConfig: flag.string(null, 'With --working: the data config. Default: the one that the run names.'),
  modelConfig: flag.string(null, 'With --working: the model config. Default: the one that the run names.'),
  resultsDir: runFlags.resultsDir,
};

export default class RunsDiff extends ForgeCommand {
  static override summary = 'Show what differs between two runs: flags, code, versions, data, metrics …';
  static override description =
    "Reads only, and runs no code of a run. Code is compared as a unified diff. --working loads the project's configs. The exit status is 0 whether or not they differ.";
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
    other: string({ description: 'The run to compare it with.' }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs diff digits-cnn/1 digits-cnn/2',
    '<%= config.bin %> runs diff digits-cnn/2 --working',
    '<%= config.bin %> runs diff digits-cnn/1 digits-cnn/2 --json',
  ];

  async run(): Promise<RunDiff> {
    const { flags: given, words } = await this.read(flags);
    const [first, second] = words;
    const diff = given.working
      ? await this.withProject(first!, second, given)
      : await this.ofTwo(first!, second, given);
    this.show(renderRunDiff(diff, colorsFor(process.stdout), columnsOf(process.stdout)));
    return diff;
  }

  private async ofTwo(first: string, second: string | undefined, given: GivenConfigs): Promise<RunDiff> {
    if (second === undefined) {
      throw new ForgeError('USAGE', `What is ${first} compared with?`, {
        about: 'other',
        hint: `Name a second run, or compare with the project's files: --working.`,
      });
    }
    const config = given.dataConfig === null ? (given.modelConfig === null ? null : 'model') : 'data';
    if (config !== null) {
      throw new ForgeError('USAGE', `--${config}-config requires --working.`, {
        about: `${config}Config`,
        hint: 'Two runs are compared by the code that they store: omit it.',
      });
    }
    const results = await this.resultsFolder();
    return diffRuns(await findRun(first, results), await findRun(second, results));
  }

  private async withProject(first: string, second: string | undefined, given: GivenConfigs): Promise<RunDiff> {
    if (second !== undefined) {
      throw new ForgeError('USAGE', `--working compares one run with the project, but ${second} is given too.`, {
        about: second,
        hint: 'Omit the second run, or --working.',
      });
    }
    const { dataConfig, modelConfig } = given;
    return (await this.library()).diffWithProject(first, {
      dataConfig: dataConfig ?? undefined,
      modelConfig: modelConfig ?? undefined,
    });
  }
}

interface GivenConfigs {
  readonly dataConfig: string | null;
  readonly modelConfig: string | null;
}
