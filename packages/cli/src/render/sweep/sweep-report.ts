import type { NextCommand, SweepReport } from '@forge-ml/core/sweeps';
import { describeParameter, rankTrials } from '@forge-ml/core/sweeps';
import { printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { fitTable } from '../../terminal/table.js';
import { wrapWords } from '../../terminal/wrap.js';
import { renderParameterValue } from './parameter-value.js';
import { renderSweepFacts } from './sweep-facts.js';
import { nextLines } from './sweep-status.js';
import { renderTrials } from './trial-table.js';

export interface SweepReportOptions {
  readonly colors: Colors;
  readonly columns: number;
  /** Trials in the table of the best. */
  readonly limit: number;
  readonly next: NextCommand | null;
}

/** What a sweep found: its best trials, which flags matter, and the command that trains the best again. */
export function renderSweepReport(report: SweepReport, { colors, columns, limit, next }: SweepReportOptions): string {
  const { bestCommand } = report;
  const best = renderBest(report, { colors, columns, limit });
  const flags = renderFlagTable(report, colors, columns);
  const dropped = [...new Set([...best.dropped, ...flags.dropped])];
  const note = `No room for ${dropped.join(', ')}: --json has all.`;
  return [
    ...renderSweepFacts(report, colors, columns),
    ...best.lines,
    ...section('FLAGS', [flags.text], colors),
    ...(dropped.length === 0 ? [] : [colors.dim(wrapWords(note, columns))]),
    ...(bestCommand === null ? [] : section('TO TRAIN THE BEST AGAIN', [`  ${bestCommand}`], colors)),
    ...nextLines(next, columns),
  ].join('\n');
}

function renderBest(
  report: SweepReport,
  { colors, columns, limit }: Pick<SweepReportOptions, 'colors' | 'columns' | 'limit'>,
): { readonly lines: readonly string[]; readonly dropped: readonly string[] } {
  const ranked = rankTrials(report);
  const tables: (readonly [string, typeof ranked])[] =
    report.sweep.objectives.length === 1
      ? [['BEST TRIALS', ranked]]
      : [
          ['PARETO FRONT', ranked.filter(({ trial }) => report.best.includes(trial))],
          ['OTHER TRIALS', ranked.filter(({ trial }) => !report.best.includes(trial))],
        ];
  const drawn = tables.flatMap(([title, trials]) => {
    const shown = trials.slice(0, limit);
    if (shown.length === 0) return [];
    const { text, dropped } = renderTrials(report, shown, { colors, width: columns, states: true });
    const more = trials.length > shown.length ? `, ${shown.length} of ${trials.length}` : '';
    return [{ lines: section(`${title}${more}`, [text], colors), dropped }];
  });
  return { lines: drawn.flatMap(({ lines }) => lines), dropped: drawn.flatMap(({ dropped }) => dropped) };
}

/** Each flag of the space: its values, how much it matters, and its value in the best trial. */
function renderFlagTable({ sweep, importance, trials, best }: SweepReport, colors: Colors, columns: number) {
  const parameters = trials.find(({ trial }) => trial === best[0])?.parameters ?? {};
  const share = (name: string) => importance?.[name] ?? 0;
  const names = Object.keys(sweep.space).sort((a, b) => share(b) - share(a));
  return fitTable(
    names,
    [
      { title: 'FLAG', cell: printableText },
      {
        title: 'IMPORTANCE',
        align: 'right',
        drop: 2,
        cell: (name) => (importance === null ? '' : `${Math.round(share(name) * 100)} %`),
      },
      { title: 'BEST', align: 'right', drop: 1, cell: (name) => renderParameterValue(parameters[name]) },
      { title: 'SPACE', drop: 3, cell: (name) => printableText(describeParameter(sweep.space[name]!)) },
    ],
    colors.dim,
    columns,
  );
}

function section(title: string, lines: readonly string[], colors: Colors): string[] {
  return ['', colors.bold(title), ...lines];
}
