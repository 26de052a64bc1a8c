import type { RunProgress } from '@forge-ml/core/runs';
import { formatDuration, formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { sparkline } from '../../terminal/sparkline.js';
import { fitTable } from '../../terminal/table.js';
import { padText } from '../../terminal/text-width.js';
import { wrapWords } from '../../terminal/wrap.js';
import { renderStatus } from '../status.js';

export interface WatchSettings {
  readonly colors: Colors;
  readonly columns: number;
  readonly rows: number;
  readonly unicode: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A table of runs that train, as high as the terminal: the running ones first. */
export function renderWatchedRuns(runs: readonly RunProgress[], settings: WatchSettings): string {
  const { colors, columns, rows, unicode, now } = settings;
  const most = Math.max(1, rows - 4);
  const sorted = [...runs].sort((a, b) => Number(b.status === 'running') - Number(a.status === 'running'));
  const shown = sorted.length > most ? sorted.slice(0, most) : runs;
  const graphWidth = columns < 60 ? 10 : 20;
  const { text, dropped } = fitTable(
    shown,
    [
      { title: 'RUN', cell: nameOf },
      { title: 'STATUS', drop: 1, cell: ({ status }) => renderStatus(status, colors) },
      { title: 'STEP', align: 'right', drop: 3, cell: renderStep },
      { title: 'METRIC', drop: 5, cell: ({ curve }) => printableText(curve?.metric ?? '') },
      { title: 'LAST', align: 'right', cell: ({ curve }) => valueText(curve?.last?.value) },
      { title: 'BEST', align: 'right', drop: 2, cell: ({ curve }) => valueText(curve?.best?.value) },
      { title: 'CURVE', drop: 6, cell: (run) => renderCurve(run, graphWidth, unicode) },
      {
        title: 'LEFT',
        align: 'right',
        drop: 4,
        cell: ({ secondsLeft }) => (secondsLeft === null ? '' : formatDuration(secondsLeft)),
      },
      {
        title: 'SEEN',
        align: 'right',
        drop: 7,
        cell: ({ status, heartbeat }) => (status === 'running' ? seenText(now - heartbeat) : ''),
      },
    ],
    colors.dim,
    columns,
  );
  const more = runs.length - shown.length;
  const running = runs.filter(({ status }) => status === 'running').length;
  const footer = [
    `${running} running`,
    ...(more > 0 ? [`${more} more without room`] : []),
    ...(dropped.length > 0 ? [`no room for ${dropped.join(', ')}`] : []),
    ...(running > 0 ? ['q quits'] : []),
  ];
  const lines = wrapWords(footer.join(', '), columns).split('\n').slice(0, 2);
  return [text, '', ...lines.map((line) => colors.dim(line))].join('\n');
}

/** A change of a run in one line. */
export function renderWatchLine(progress: RunProgress): string {
  const { status, reason, curve, secondsLeft } = progress;
  const parts = [nameOf(progress), status, `step ${renderStep(progress)}`];
  if (curve?.last != null) parts.push(`${printableText(curve.metric)} ${formatNumber(curve.last.value)}`);
  if (curve?.best != null) parts.push(`best ${formatNumber(curve.best.value)} at step ${curve.best.step}`);
  if (secondsLeft !== null) parts.push(`${formatDuration(secondsLeft)} left`);
  if (status !== 'running' && reason !== null) parts.push(printableText(reason));
  return parts.join('  ');
}

function nameOf({ run }: RunProgress): string {
  return printableText(`${run.experiment}/${run.number}`);
}

function renderStep({ step, totalSteps }: RunProgress): string {
  return totalSteps === null ? String(step) : `${step}/${totalSteps}`;
}

/** A live run writes at least every ten seconds. */
const usualSilenceMs = 15_000;

function seenText(silentMs: number): string {
  return silentMs < usualSilenceMs ? 'now' : `${formatDuration(silentMs / 1000)} ago`;
}

function valueText(value: number | undefined): string {
  return value === undefined ? '' : formatNumber(value);
}

function renderCurve({ curve }: RunProgress, width: number, unicode: boolean): string {
  if (curve === null) return '';
  const end = curve.lines.at(-1)?.x.at(-1) ?? 1;
  const points = curve.lines.flatMap(({ x, y }) => x.map((place, at) => ({ at: place / end, value: y[at]! })));
  return padText(sparkline(points, width, unicode), width);
}
