import type { ListedCheckpoint } from '@forge-ml/core/manage';
import { formatBytes, formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { type Column, type FittedTable, fitTable } from '../../terminal/table.js';
import { localTime } from './run-cell.js';

/** A table of checkpoints, with a column for each metric, and below it what is wrong with damaged ones. */
export function renderCheckpoints(
  checkpoints: readonly ListedCheckpoint[],
  colors: Colors,
  width: number,
): FittedTable {
  const { text, dropped } = fitTable(
    checkpoints,
    [
      { title: 'STEP', align: 'right', cell: ({ step }) => String(step) },
      { title: '', cell: (checkpoint) => marksOf(checkpoint, colors) },
      { title: 'EPOCH', align: 'right', drop: 60, cell: ({ epoch }) => (epoch === null ? '' : String(epoch)) },
      { title: 'SIZE', align: 'right', drop: 30, cell: ({ bytes }) => (bytes === null ? '' : formatBytes(bytes)) },
      { title: 'SAVED', drop: 50, cell: ({ time }) => (time === null ? '' : printableText(localTime(time))) },
      ...metricColumns(checkpoints, colors),
      { title: 'KEPT BY', drop: 40, cell: ({ keptBy }) => printableText(keptBy.join(', ')) },
    ],
    colors.dim,
    width,
  );
  const damages = checkpoints.flatMap(({ step, damage }) => {
    return damage === null ? [] : [`${step}  ${colors.red('corrupt')}  ${printableText(damage)}`];
  });
  return { text: damages.length === 0 ? text : [text, '', ...damages].join('\n'), dropped };
}

function marksOf({ best, latest }: ListedCheckpoint, colors: Colors): string {
  return [...(best ? [colors.green('best')] : []), ...(latest ? ['latest'] : [])].join(', ');
}

/** Metrics in the table; `--json` has all. */
const mostMetrics = 8;

/** Held-out splits before the training split. A number that was measured at an earlier step is dim. */
function metricColumns(checkpoints: readonly ListedCheckpoint[], colors: Colors): Column<ListedCheckpoint>[] {
  const found = new Map<string, { readonly split: string; readonly name: string }>();
  for (const { metrics } of checkpoints) {
    for (const [split, stats] of Object.entries(metrics)) {
      for (const name of Object.keys(stats)) found.set(`${split}.${name}`, { split, name });
    }
  }
  return [...found.values()]
    .sort((a, b) => Number(a.split === 'train') - Number(b.split === 'train'))
    .slice(0, mostMetrics)
    .map(({ split, name }, index) => ({
      title: printableText(`${split}.${name}`),
      align: 'right',
      // The first one is needed most.
      drop: index === 0 ? 10 : 70 + index,
      cell: ({ step, metrics, metricSteps }) => {
        const value = metrics[split]?.[name];
        if (value === undefined) return '';
        const measuredAt = metricSteps[split];
        return measuredAt === undefined || measuredAt === step ? formatNumber(value) : colors.dim(formatNumber(value));
      },
    }));
}
