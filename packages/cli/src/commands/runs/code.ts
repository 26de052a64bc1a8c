import { flag, runFlags } from '@forge-ml/core/flags';
import { type CopiedCode, copyRunCode, findRun } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { shortPath } from '../../terminal/paths.js';

const flags = {
  code: flag.integer(null, 'Number of the code: 0 is the original, 1 and more its corrections. Default: the newest.', {
    min: 0,
  }),
  resultsDir: runFlags.resultsDir,
};

export default class RunsCode extends ForgeCommand {
  static override summary = "Write a run's stored code into a folder, with the command that trains it.";
  static override description = 'Checks the files against their hashes, and runs none of them.';
  static override args = {
    run: string({ description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.', required: true }),
    out: string({ description: 'A new or empty folder.', required: true }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs code digits-cnn/2 digits-again',
    '<%= config.bin %> runs code digits-cnn/2 digits-original --code 0',
  ];

  async run(): Promise<CopiedCode> {
    const { flags: given, words } = await this.read(flags);
    const results = await this.resultsFolder();
    const copied = await copyRunCode(await findRun(words[0]!, results), words[1]!, given.code ?? undefined);
    const { out, files, flagsFile, missing, command } = copied;
    this.show(
      [
        `Wrote ${files} ${files === 1 ? 'file' : 'files'} and ${flagsFile} to ${shortPath(out)}. To train with them:`,
        '',
        `  ${printableText(command)}`,
      ].join('\n'),
    );
    if (missing.length > 0) this.showWarning(describeMissing(missing));
    return copied;
  }
}

function describeMissing(missing: CopiedCode['missing']): string {
  const names = missing.slice(0, 10).map(({ name, reason }) => `${name} (${reason})`);
  const more = missing.length > 10 ? `; and ${missing.length - 10} more` : '';
  return `The run does not store everything that its code needs: ${names.join('; ')}${more}.`;
}
