import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import { findRun, removeCheckpoints } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';

const flags = {
  force: flag.boolean(false, 'Remove the last valid checkpoint as well.'),
  resultsDir: runFlags.resultsDir,
};

interface RemovedCheckpoints {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  /** The steps removed. */
  readonly removed: readonly number[];
}

export default class CheckpointsRm extends ForgeCommand {
  static override summary = 'Delete checkpoints of a run that is not running.';
  static override description = 'They do not go to the trash. The last valid one is kept without --force.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
    step: string({ description: 'Steps of the checkpoints.', required: true, multiple: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> checkpoints rm digits-cnn/2 1000 2000'];

  async run(): Promise<RemovedCheckpoints> {
    const { flags: given, words } = await this.read(flags);
    const steps = words.slice(1).map(stepIn);
    const folder = await findRun(words[0]!, await this.resultsFolder());
    const say = (message: string) => this.showWarning(message);
    const removed = await removeCheckpoints(folder, steps, { force: given.force, say });
    const { path: run, experiment, number } = folder;
    const what = removed.length === 1 ? 'checkpoint' : 'checkpoints';
    this.show(`Deleted ${what} ${removed.join(', ')} of ${experiment}/${number}.`);
    return { run, experiment, number, removed };
  }
}

function stepIn(word: string): number {
  const step = Number(word);
  if (/^\d+$/.test(word) && Number.isSafeInteger(step)) return step;
  throw new ForgeError('USAGE', `"${word}" is not a step.`, {
    about: 'step',
    hint: 'forge checkpoints list RUN lists the steps.',
  });
}
