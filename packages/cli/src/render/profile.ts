import type { TrainResult } from '@forge-ml/core';
import type { Colors } from '../terminal/colors.js';
import { renderTable } from '../terminal/table.js';
import { wrapWords } from '../terminal/wrap.js';

type Profile = NonNullable<TrainResult['profile']>;

interface Row {
  readonly name: string;
  readonly seconds: number;
}

/** Where the time of the first steps went: the seconds and the share of each part, and how to see the trace. */
export function renderProfile(
  { steps, seconds, parts }: Profile,
  file: string,
  colors: Colors,
  columns: number,
): string {
  const { data = 0, step = 0, copy = 0, compute = 0, log = 0, evaluate = 0, save = 0 } = parts;
  const tells = copy + compute > 0;
  const rows: Row[] = [
    { name: 'data', seconds: data },
    ...(tells
      ? [
          { name: 'copy', seconds: copy },
          { name: 'compute', seconds: compute },
          { name: 'rest of step', seconds: Math.max(0, step - copy - compute) },
        ]
      : [{ name: 'step', seconds: step }]),
    { name: 'log', seconds: log },
    { name: 'evaluate', seconds: evaluate },
    { name: 'save', seconds: save },
  ].filter(({ name, seconds }) => seconds > 0 || !['evaluate', 'save'].includes(name));
  const table = renderTable<Row>(
    rows,
    [
      { title: 'PROFILE', cell: ({ name }) => name },
      { title: 'SECONDS', align: 'right', cell: (row) => row.seconds.toFixed(3) },
      { title: 'SHARE', align: 'right', cell: (row) => percent(row.seconds, seconds) },
    ],
    colors.dim,
  );
  const total = `${steps} ${steps === 1 ? 'step' : 'steps'} in ${seconds.toFixed(3)} seconds.`;
  const trace = `The trace is ${file}: open it with ui.perfetto.dev.`;
  return [table, wrapWords(total, columns), colors.dim(wrapWords(trace, columns))].join('\n');
}

function percent(part: number, whole: number): string {
  return `${whole > 0 ? Math.round((100 * part) / whole) : 0}%`;
}
