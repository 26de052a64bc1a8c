import { flag, runFlags } from '@forge-ml/core/flags';
import { checkNote, findRun } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { type AnnotatedRun, annotate } from '../../actions/annotate-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { textOrRemove } from '../../flags/text-or-remove.js';
import { renderAnnotation } from '../../render/runs/annotations.js';
import { colorsFor } from '../../terminal/colors.js';

const flags = { remove: flag.boolean(false, 'Remove the note.'), resultsDir: runFlags.resultsDir };

export default class RunsNote extends ForgeCommand {
  static override summary = 'Write a note about a run. Replaces the note it had.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
    text: string({ description: 'The note.', multiple: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs note digits-cnn/2 "overfits after 10k steps"',
    '<%= config.bin %> runs note digits-cnn/2 --remove',
  ];

  async run(): Promise<AnnotatedRun> {
    const { flags: given, words } = await this.read(flags);
    const note = checkNote(textOrRemove(words.slice(1), given.remove, 'note'));
    const run = await annotate(await findRun(words[0]!, await this.resultsFolder()), () => ({ note }));
    this.show(renderAnnotation(run, 'note', colorsFor(process.stdout)));
    return run;
  }
}
