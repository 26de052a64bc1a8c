import { runFlags } from '@forge-ml/core/flags';
import { type CommandRequest, type CommandResult, flag, type PluginCommand } from '@forge-ml/core/plugin';

/** `forge report RUN…`: runs as one file. */
export const report: PluginCommand = {
  summary: 'Write runs into one HTML file that opens without a server, or into Markdown.',
  description: `One run: its page, with curves, flags, checkpoints, code and log. Several: their comparison.
The file makes no request, and reading runs writes nothing into them.`,
  words: [
    {
      name: 'run',
      required: true,
      repeats: true,
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder; one or more.',
    },
  ],
  flags: {
    out: flag.path(null, 'File to write. Default: EXPERIMENT-NUMBER-report.html, or comparison-report.html.'),
    format: flag.string('html', 'Markdown has its figures in SVG files next to it.', { choices: ['html', 'markdown'] }),
    metrics: flag.string(null, 'Metrics to show, comma-separated: valid.loss,valid.accuracy. Default: all.'),
    code: flag.boolean(true, 'Include stored code, uncommitted changes and differences of code.'),
    log: flag.boolean(true, 'Include the end of the console log.'),
    atEnd: flag.boolean(false, 'Wait until the run has ended, then write report.html into its folder.'),
    force: flag.boolean(false, 'Overwrite an existing file.'),
    resultsDir: runFlags.resultsDir,
  },
  examples: [
    'forge report digits-cnn',
    'forge report digits-cnn/1 digits-cnn/2 --out comparison.html',
    'forge report digits-cnn --format markdown --metrics valid.loss',
    'forge report digits-cnn --at-end',
  ],
  run,
};

async function run(request: CommandRequest): Promise<CommandResult> {
  const { writeReport } = await import('../report/write-report.js');
  return writeReport(request);
}
