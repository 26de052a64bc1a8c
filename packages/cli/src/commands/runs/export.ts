import { once } from 'node:events';
import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import {
  exportMetrics,
  findRun,
  type MetricsExport,
  type MetricsFormat,
  type RunFolder,
  writeMetrics,
} from '@forge-ml/core/runs';
import { formatCount, printableJson, printableText } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { shortPath } from '../../terminal/paths.js';

const formats = ['csv', 'jsonl'] as const;

const flags = {
  format: flag.string(null, 'Output format. Default: the extension of --out, else csv.', { choices: formats }),
  out: flag.string(null, 'Output file. Default: stdout.'),
  flags: flag.boolean(false, 'Add the flags of its run to each number.'),
  force: flag.boolean(false, 'Overwrite existing output.'),
  resultsDir: runFlags.resultsDir,
};

export interface ExportedMetrics {
  readonly out: string;
  readonly format: MetricsFormat;
  readonly runs: readonly string[];
  readonly points: number;
}

export default class RunsExport extends ForgeCommand {
  static override summary = 'Export the logged numbers of runs as CSV or JSON Lines, without loss.';
  static override description =
    'One number a line: run, step, epoch, time, split, name, value. Every number reads back exactly, also NaN, infinities and -0.';
  static override args = {
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder; one or more.',
      multiple: true,
      required: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs export digits-cnn --out metrics.csv',
    '<%= config.bin %> runs export digits-cnn/1 digits-cnn/2 --flags --out metrics.jsonl',
    '<%= config.bin %> runs export digits-cnn --format jsonl',
  ];

  async run(): Promise<ExportedMetrics | undefined> {
    const { flags: given, words } = await this.read(flags);
    const { out, force } = given;
    const options = { format: formatOf(given.format, out), flags: given.flags };
    if (out === null && this.jsonEnabled()) {
      throw new ForgeError('USAGE', '--json describes the file that is written, but there is no --out.', {
        about: 'json',
        hint: 'Add --out FILE; for JSON Lines on stdout give --format jsonl instead.',
      });
    }
    if (out === null && force) {
      throw new ForgeError('USAGE', '--force requires --out.', { about: 'force', hint: 'Omit it, or add --out FILE.' });
    }
    const results = await this.resultsFolder();
    const folders: RunFolder[] = [];
    for (const word of words) folders.push(await findRun(word, results));
    if (out === null) return toStdout(folders, options);
    const points = await writeMetrics(folders, out, { ...options, force });
    const count = `${formatCount(points)} ${points === 1 ? 'number' : 'numbers'}`;
    const of = folders.length === 1 ? '1 run' : `${folders.length} runs`;
    this.show(`Wrote ${count} of ${of} to ${shortPath(out)}, without loss: each reads back exactly.`);
    return { out, format: options.format, runs: folders.map(({ path }) => path), points };
  }
}

function formatOf(format: string | null, out: string | null): MetricsFormat {
  if (format !== null) return format as MetricsFormat;
  const extension = formats.find((name) => out?.toLowerCase().endsWith(`.${name}`));
  if (extension !== undefined || out === null) return extension ?? 'csv';
  throw new ForgeError('USAGE', `The extension of ${out} names no format.`, {
    about: 'format',
    hint: `Add --format ${formats.join(' or --format ')}.`,
  });
}

async function toStdout(folders: readonly RunFolder[], options: MetricsExport): Promise<undefined> {
  const { stdout } = process;
  // A terminal would act on control characters in names. JSON has an escape for them, CSV does not.
  const onTerminal = (text: string) =>
    options.format === 'jsonl' ? printableJson(text) : text.split('\n').map(printableText).join('\n');
  for await (const { text } of exportMetrics(folders, options)) {
    if (!stdout.write(stdout.isTTY ? onTerminal(text) : text)) await once(stdout, 'drain');
  }
}
