import { flag, runFlags } from '@forge-ml/core/flags';
import { checkDisplayName, findRun } from '@forge-ml/core/manage';
import { string } from '@oclif/core/args';
import { type AnnotatedRun, annotate } from '../../actions/annotate-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { textOrRemove } from '../../flags/text-or-remove.js';
import { renderAnnotation } from '../../render/runs/annotations.js';
import { colorsFor } from '../../terminal/colors.js';

const flags = { remove: flag.boolean(false, 'Remove the display name.'), resultsDir: runFlags.resultsDir };

export default class RunsRename extends ForgeCommand {
  static override summary = 'Give a run a display name.';
  static override description = 'The folder and the number stay: commands still name the run by EXPERIMENT/NUMBER.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
    name: string({ description: 'The display name.', multiple: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs rename digits-cnn/2 "wide, no dropout"',
    '<%= config.bin %> runs rename digits-cnn/2 --remove',
  ];

  async run(): Promise<AnnotatedRun> {
    const { flags: given, words } = await this.read(flags);
    const name = checkDisplayName(textOrRemove(words.slice(1), given.remove, 'rename'));
    const run = await annotate(await findRun(words[0]!, await this.resultsFolder()), () => ({ name }));
    this.show(renderAnnotation(run, 'name', colorsFor(process.stdout)));
    return run;
  }
}
