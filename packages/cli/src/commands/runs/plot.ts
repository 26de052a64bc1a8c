import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ForgeError, flag, runFlags } from '@forge-ml/core/flags';
import type { RunCurves } from '@forge-ml/core/runs';
import { bestsOf, curvesFigure, makePlot, type Plot, type PlotSettings, type Spread } from '@forge-ml/plot';
import { string } from '@oclif/core/args';
import { plottedRuns } from '../../actions/plot-runs.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import type { PlottedBand } from '../../render/plot/banded-plot.js';
import { asciiSymbols, unicodeSymbols } from '../../render/plot/symbols.js';
import { colorsFor } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { columnsOf } from '../../terminal/terminal-width.js';
import { showsUnicode } from '../../terminal/unicode.js';

const flags = {
  out: flag.path(null, 'File to write: .svg or .png. Default: draw in the terminal.'),
  x: flag.string('step', 'Horizontal axis; time is since the run was created.', { choices: ['step', 'epoch', 'time'] }),
  log: flag.string(null, 'Logarithmic axes.', { choices: ['x', 'y', 'xy'] }),
  smooth: flag.float(0, 'Weight of an exponential average, as in TensorBoard: 0.6.', { min: 0, max: 0.9999 }),
  band: flag.string(null, 'Median of the runs of each configuration, and a band: all runs, or the middle half.', {
    choices: ['range', 'quartiles'],
  }),
  width: flag.string(null, 'Width of the file in inches: of one or of two columns of a paper. Default: 6.9.', {
    choices: ['3.3', '6.9'],
  }),
  ascii: flag.boolean(false, 'Draw with ASCII characters. Default: if the locale is not UTF-8.'),
  force: flag.boolean(false, 'Overwrite an existing file.'),
  resultsDir: runFlags.resultsDir,
};

const defaultInches = '6.9';
/** The width of a plot that is piped, in columns. */
const pipedColumns = 80;

export interface PlottedRuns {
  /** The file written; null in a terminal. */
  readonly out: string | null;
  readonly runs: readonly RunCurves[];
  /** With --band, of each configuration and metric; else null. */
  readonly bands: readonly PlottedBand[] | null;
}

export default class RunsPlot extends ForgeCommand {
  static override summary = 'Plot metrics of runs: in the terminal, or as SVG or PNG.';
  static override description =
    'Marks the best value, values that are not finite, checkpoints and resumes. Read-only in run folders.';
  static override args = {
    metric: string({ description: 'SPLIT.METRIC, such as valid.loss; several with commas.', required: true }),
    run: string({
      description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.',
      required: true,
      multiple: true,
    }),
  };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> runs plot valid.loss digits-cnn',
    '<%= config.bin %> runs plot train.loss,valid.loss digits-cnn/1 digits-cnn/2 --smooth 0.6',
    '<%= config.bin %> runs plot valid.loss digits/1 digits/2 digits/3 --band range',
    '<%= config.bin %> runs plot valid.loss digits-cnn --log y --width 3.3 --out loss.svg',
  ];

  async run(): Promise<PlottedRuns> {
    const { flags: given, words } = await this.read(flags);
    const { x: axis, log, smooth } = given;
    const out = given.out === null ? null : resolve(given.out);
    const format = out === null ? null : formatOf(out);
    requireEffect(given);
    const results = await this.resultsFolder();
    const [metrics, ...references] = words as [string, ...string[]];
    const runs = await plottedRuns(metrics, references, results, { axis, log, smooth });
    const settings = { axis, log: { x: log?.includes('x') === true, y: log?.includes('y') === true } };
    const { plot, bands } = await plotOf(runs, given.band, settings);
    if (out === null) {
      const { renderTerminalPlot } = await import('../../render/plot/terminal-plot.js');
      const symbols = given.ascii || !showsUnicode(process.env) ? asciiSymbols : unicodeSymbols;
      const columns = columnsOf(process.stdout);
      this.show(
        renderTerminalPlot(plot, {
          columns: Number.isFinite(columns) ? columns : pipedColumns,
          colors: colorsFor(process.stdout),
          symbols,
        }),
      );
      return { out, runs, bands };
    }
    const inches = Number(given.width ?? defaultInches);
    const svg = curvesFigure(plot, inches);
    const { requireOutput, writeOutput } = await import('@forge-ml/core/cli');
    await requireOutput(out, given.force);
    const content = format === 'svg' ? svg : await (await import('../../render/plot/png.js')).svgToPng(svg, inches);
    await writeOutput(out, (temporary) => writeFile(temporary, content, { flag: 'wx' }));
    this.show([`Wrote ${shortPath(out)}`, ...bestsOf(plot)].join('\n'));
    return { out, runs, bands };
  }
}

/** @throws ForgeError USAGE for a band of runs that repeat no configuration */
async function plotOf(
  runs: readonly RunCurves[],
  band: Spread | null,
  settings: PlotSettings,
): Promise<{ readonly plot: Plot; readonly bands: readonly PlottedBand[] | null }> {
  if (band === null) return { plot: makePlot(runs, settings), bands: null };
  const { repeatsOf } = await import('../../actions/repeats.js');
  const { bandedPlot } = await import('../../render/plot/banded-plot.js');
  return bandedPlot(await repeatsOf(runs), band, settings);
}

/** @throws ForgeError USAGE for a flag of a file without one, and a flag of the terminal with a file */
function requireEffect({ out, width, force, ascii }: Readonly<Record<string, unknown>>): void {
  const ofFile = width !== null ? '--width' : force ? '--force' : undefined;
  if (out === null && ofFile !== undefined) {
    throw new ForgeError('USAGE', `${ofFile} requires --out.`, {
      about: ofFile.slice(2),
      hint: 'Omit it, or add --out FILE.',
    });
  }
  if (out !== null && ascii) {
    throw new ForgeError('USAGE', '--ascii is for plots in the terminal, but --out writes a file.', {
      about: 'ascii',
      hint: 'Omit one of the two.',
    });
  }
}

function formatOf(path: string): 'svg' | 'png' {
  const extension = extname(path).toLowerCase();
  if (extension === '.svg') return 'svg';
  if (extension === '.png') return 'png';
  throw new ForgeError('USAGE', `--out ${shortPath(path)}: forge runs plot writes .svg and .png files.`, {
    about: 'out',
    hint: 'Name the file with one of these extensions.',
  });
}
