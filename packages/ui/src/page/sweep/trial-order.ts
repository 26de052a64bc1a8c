import type { SweepPage, SweepTrial } from '../../protocol/sweep-page.js';
import type { Cell, Direction } from '../../protocol/table.js';
import { states } from './sweep-text.js';

/** A column of the table of trials. */
export interface TrialColumn {
  /** `trial`, `state`, `value 0`, `parameter 2`, `rungs`, `steps` */
  readonly key: string;
  readonly title: string;
  readonly isNumeric: boolean;
  readonly valueIn: (trial: SweepTrial) => Cell;
  /** What a first click has first. */
  readonly first: Direction;
}

export interface TrialSort {
  readonly key: string;
  readonly first: Direction;
}

export function trialColumns({ objectives, parameters, trials }: SweepPage): TrialColumn[] {
  const hasRungs = trials.some(({ rungs }) => rungs > 0);
  const number = (key: string, title: string, valueIn: TrialColumn['valueIn'], first: Direction = 'min') => {
    return { key, title, isNumeric: true, valueIn, first };
  };
  return [
    number('trial', 'trial', ({ trial }) => trial),
    { key: 'state', title: 'state', isNumeric: false, valueIn: ({ state }) => state, first: 'min' },
    ...objectives.map(({ metric, direction }, at) =>
      number(`value ${at}`, metric, ({ values }) => values?.[at] ?? null, direction),
    ),
    ...parameters.map(({ name }, at) => ({
      key: `parameter ${at}`,
      title: name,
      isNumeric: trials.every(({ parameters: cells }) => typeof (cells[at] ?? 0) === 'number'),
      valueIn: (trial: SweepTrial) => trial.parameters[at] ?? null,
      first: 'min' as const,
    })),
    ...(hasRungs ? [number('rungs', 'rungs', ({ rungs }) => rungs, 'max')] : []),
    number('steps', 'steps', ({ steps }) => steps, 'max'),
  ];
}

/** Without a choice, the best value is first; of two objectives the first trial. */
export function parseTrialSort(text: string | null, columns: readonly TrialColumn[], objectives: number): TrialSort {
  const [, key, first] = /^(.*):(min|max)$/.exec(text ?? '') ?? [];
  const column = columns.find((known) => known.key === key);
  if (column !== undefined) return { key: column.key, first: first as Direction };
  const usual = objectives === 1 ? columns.find((known) => known.key === 'value 0') : undefined;
  return usual === undefined ? { key: 'trial', first: 'min' } : { key: usual.key, first: usual.first };
}

export function sortedTrials(
  trials: readonly SweepTrial[],
  columns: readonly TrialColumn[],
  { key, first }: TrialSort,
): SweepTrial[] {
  const column = columns.find((known) => known.key === key)!;
  const sign = first === 'min' ? 1 : -1;
  return [...trials].sort((a, b) => {
    if (key === 'state') return sign * (states.indexOf(a.state) - states.indexOf(b.state)) || a.trial - b.trial;
    return compare(column.valueIn(a), column.valueIn(b), sign) || a.trial - b.trial;
  });
}

/** Those without a value are last in both orders. */
function compare(a: Cell, b: Cell, sign: number): number {
  const isNone = (value: Cell) => value === null || Number.isNaN(value);
  if (isNone(a) || isNone(b)) return Number(isNone(a)) - Number(isNone(b));
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** The runs of the best trials, to compare them; of two objectives those of the Pareto front. */
export function bestRuns({ trials, objectives, best }: SweepPage, count: number): string[] {
  const runOf = ({ runs }: SweepTrial) => runs.slice(-1);
  if (objectives.length > 1) return trials.filter(({ trial }) => best.includes(trial)).flatMap(runOf);
  const { direction } = objectives[0]!;
  const valued = trials.filter(({ values }) => values !== null && Number.isFinite(values[0]));
  const sign = direction === 'min' ? 1 : -1;
  return valued
    .sort((a, b) => sign * (a.values![0]! - b.values![0]!) || a.trial - b.trial)
    .slice(0, count)
    .flatMap(runOf);
}
