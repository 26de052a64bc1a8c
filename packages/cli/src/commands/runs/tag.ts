import { ForgeError, flag, nameList, runFlags } from '@forge-ml/core/flags';
import { changeTags, checkTag } from '@forge-ml/core/manage';
import { shellWord } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { type AnnotatedRun, annotate, findEach } from '../../actions/annotate-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderAnnotation } from '../../render/runs/annotations.js';
import { colorsFor } from '../../terminal/colors.js';

const flags = {
  add: flag.string(null, 'Tags to add, separated by commas; may be given several times.'),
  remove: flag.string(null, 'Tags to remove, separated by commas; may be given several times.'),
  resultsDir: runFlags.resultsDir,
};

export default class RunsTag extends ForgeCommand {
  static override summary = 'Add tags to runs, or remove them.';
  static override description =
    'A tag starts with a letter or "_" and has letters, digits, ".", "_" and "-". The run may be running.';
  static override args = {
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.',
      required: true,
      multiple: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs tag digits-cnn/1 digits-cnn/2 --add paper,baseline',
    '<%= config.bin %> runs tag digits-cnn/2 --remove baseline',
  ];

  async run(): Promise<{ readonly runs: readonly AnnotatedRun[] }> {
    const { lists, words } = await this.read(flags, ['add', 'remove']);
    const add = tagsIn('--add', lists.add).map(checkTag);
    const remove = tagsIn('--remove', lists.remove);
    if (add.length + remove.length === 0) throw nothingToDo(words);
    const both = add.find((tag) => remove.includes(tag));
    if (both !== undefined) throw addedAndRemoved(both);
    const runs: AnnotatedRun[] = [];
    for (const folder of await findEach(words, await this.resultsFolder())) {
      let before: readonly string[] = [];
      const run = await annotate(folder, ({ tags }) => {
        before = tags;
        return { tags: changeTags(tags, { add, remove }) };
      });
      const absent = remove.filter((tag) => !before.includes(tag));
      if (absent.length > 0) this.showWarning(`${run.experiment}/${run.number} had no tag ${absent.join(', ')}.`);
      this.show(renderAnnotation(run, 'tags', colorsFor(process.stdout)));
      runs.push(run);
    }
    return { runs };
  }
}

function tagsIn(option: string, texts: readonly string[] = []): readonly string[] {
  return texts.flatMap((text) => nameList(text, option, 'tag'));
}

function addedAndRemoved(tag: string): ForgeError {
  return new ForgeError('FLAG_CONFLICT', `The tag ${tag} is added and removed.`, {
    about: 'remove',
    hint: 'Name it in --add or in --remove.',
  });
}

/** @param words as in `forge runs tag mnist/3 paper` */
function nothingToDo(words: readonly string[]): ForgeError {
  const [run = '', tag = 'paper'] = words;
  return new ForgeError('USAGE', 'forge runs tag requires --add TAGS or --remove TAGS.', {
    about: 'add',
    hint: `For example: forge runs tag ${shellWord(run)} --add ${shellWord(tag)}`,
  });
}
