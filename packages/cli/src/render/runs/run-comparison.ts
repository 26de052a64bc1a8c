import { toKebab } from '@forge-ml/core/flags';
import type { ComparedRow, RowGroup, RunComparison } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { wrapWords } from '../../terminal/wrap.js';
import { formatFact, formatMetrics } from './compared-values.js';
import { renderSides, type SideRow } from './side-by-side.js';

const titles: Readonly<Record<RowGroup, string>> = {
  flags: 'FLAGS',
  code: 'CODE',
  progress: 'PROGRESS',
  versions: 'VERSIONS',
  data: 'DATA',
  engine: 'ENGINE',
  best: 'BEST METRICS',
  last: 'LAST METRICS',
};

/** Runs side by side: what differs, then the metrics, the best of each marked. With `all`, equal rows too. */
export function renderRunComparison(
  { runs, rows }: RunComparison,
  all: boolean,
  colors: Colors,
  columns: number,
): string {
  const isShown = ({ group, equal }: ComparedRow) => all || !equal || group === 'best' || group === 'last';
  const sections = Object.entries(titles).map(([group, title]) => ({
    title,
    rows: rows.filter((row) => row.group === group && isShown(row)).map((row) => sideRow(row, colors)),
  }));
  const shown = sections.filter((section) => section.rows.length > 0);
  const names = runs.map(({ name }) => printableText(name));
  const notes: string[] = [];
  if (rows.some(({ best = [] }) => best.length > 0)) notes.push('* best of the row.');
  const equal = all ? 0 : rows.filter((row) => !isShown(row)).length;
  if (equal > 0) notes.push(`${equal} equal ${equal === 1 ? 'row' : 'rows'} not shown: --all shows them.`);
  return [renderSides(shown, names, colors, columns), colors.dim(wrapWords(notes.join(' '), columns))]
    .filter((part) => part !== '')
    .join('\n\n');
}

function sideRow({ group, name, values, steps, best = [] }: ComparedRow, colors: Colors): SideRow {
  if (group !== 'best' && group !== 'last') {
    return { name: printableText(group === 'flags' ? `--${toKebab(name)}` : name), cells: values.map(formatFact) };
  }
  const texts = formatMetrics(values as readonly (number | null)[]);
  const cells = texts.map((text, at) => {
    if (text === '') return '–';
    const isBest = best.includes(at);
    const step = group === 'best' ? ` (step ${steps![at]})` : '';
    return isBest ? colors.green(`${text}${step} *`) : `${text}${step}`;
  });
  return { name: printableText(name), cells };
}
