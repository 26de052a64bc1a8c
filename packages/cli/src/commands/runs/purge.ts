import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import { purgeRuns } from '@forge-ml/core/manage';
import { readAge } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { type ListedTrash, totalBytes, trashContent } from '../../actions/list-trash.js';
import { selectTrash } from '../../actions/select-trash.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { canAsk, confirm } from '../../process/confirm.js';
import { countOfRuns } from '../../render/runs/trash.js';

const flags = {
  olderThan: flag.string(null, 'Only runs that were removed longer ago: 90m, 12h, 30d, 2w.'),
  all: flag.boolean(false, 'Every removed run.'),
  yes: flag.boolean(false, 'Do not ask.'),
  resultsDir: runFlags.resultsDir,
};

interface Purged {
  readonly results: string;
  readonly runs: readonly ListedTrash[];
  /** The bytes of their files. */
  readonly bytes: number;
}

export default class RunsPurge extends ForgeCommand {
  static override summary = 'Delete removed runs for good, to free the disk.';
  static override description =
    'Asks first; a script gives --yes. A purge that was interrupted is finished by the next one.';
  static override args = {
    run: string({ description: 'EXPERIMENT, EXPERIMENT/NUMBER, or an entry of the trash.', multiple: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs purge digits-cnn/1',
    '<%= config.bin %> runs purge --older-than 30d --yes',
  ];

  async run(): Promise<Purged> {
    const { flags: given, words } = await this.read(flags);
    const olderThan = given.olderThan === null ? null : milliseconds(given.olderThan);
    const results = await this.resultsFolder();
    const selection = { references: words, all: given.all, olderThan };
    const chosen = await selectTrash(await trashContent(results), selection);
    if (chosen.length > 0 && !given.yes && !(await this.confirmed(chosen))) {
      this.show('Nothing was deleted.');
      return { results, runs: [], bytes: 0 };
    }
    const runs = await this.purge(results, chosen);
    this.show(runs.length === 0 ? 'No removed runs to delete.' : `Deleted ${countOfRuns(runs)}.`);
    return { results, runs, bytes: totalBytes(runs) };
  }

  private async purge(results: string, chosen: readonly ListedTrash[]): Promise<readonly ListedTrash[]> {
    const line = await this.liveLine();
    try {
      const purged = await purgeRuns(results, chosen, {
        onRun: ({ experiment, number }, index) => {
          line?.draw(`Deleting ${printableText(experiment)}/${number} (${index + 1} of ${chosen.length})`);
        },
      });
      const paths = new Set(purged.map(({ path }) => path));
      return chosen.filter(({ path }) => paths.has(path));
    } finally {
      line?.stop();
    }
  }

  private async confirmed(chosen: readonly ListedTrash[]): Promise<boolean> {
    if (!canAsk()) {
      throw new ForgeError('USAGE', `forge runs purge would delete ${countOfRuns(chosen)}, and cannot ask here.`, {
        about: 'yes',
        hint: 'Add --yes to delete without asking.',
      });
    }
    const names = chosen.slice(0, 5).map(({ experiment, number }) => printableText(`${experiment}/${number}`));
    const more = chosen.length > names.length ? ` and ${chosen.length - names.length} more` : '';
    return confirm(`Delete ${names.join(', ')}${more} (${countOfRuns(chosen)}) for good?`);
  }
}

/** @throws ForgeError FLAG_INVALID */
function milliseconds(age: string): number {
  const seconds = readAge(age.trim());
  if (seconds !== undefined) return seconds * 1000;
  throw new ForgeError('FLAG_INVALID', `--older-than "${age}" is not an age.`, {
    about: 'older-than',
    hint: 'Use a number and a unit: 90m, 12h, 30d or 2w.',
  });
}
