import type { SweepView, ViewedTrial } from '@forge-ml/core/sweeps';
import { formatNumber, printableText } from '@forge-ml/core/text';
import type { RunStep } from '../../actions/sweep/running-trials.js';
import type { Colors } from '../../terminal/colors.js';
import { type Column, type FittedTable, fitTable } from '../../terminal/table.js';
import { renderParameterValue } from './parameter-value.js';
import { renderTrialState } from './trial-state.js';

export interface TrialTableOptions {
  readonly colors: Colors;
  readonly width: number;
  /** Whether to show their states. */
  readonly states: boolean;
  /** How far the runs of running trials are, by number. */
  readonly steps?: ReadonlyMap<number, RunStep>;
}

/** Parameters in a table; `--json` has all. */
const mostParameters = 12;

/** A table of trials that fits a width: their values, and the parameters that differ. */
export function renderTrials(
  { sweep }: Pick<SweepView, 'sweep'>,
  trials: readonly ViewedTrial[],
  { colors, width, states, steps }: TrialTableOptions,
): FittedTable {
  const columns: Column<ViewedTrial>[] = [
    { title: 'TRIAL', align: 'right', cell: ({ trial }) => String(trial) },
    ...(states
      ? [{ title: 'STATE', drop: 30, cell: ({ state }: ViewedTrial) => renderTrialState(state, colors) }]
      : []),
    ...(steps === undefined ? [] : stepColumns(steps)),
    ...sweep.objectives.map(({ metric }, at): Column<ViewedTrial> => {
      const cell = ({ values }: ViewedTrial) => (values === null ? '' : formatNumber(values[at] ?? Number.NaN));
      return { title: printableText(metric), align: 'right', ...(at === 0 ? {} : { drop: at }), cell };
    }),
    ...parametersOf(sweep.space, trials).map(
      (name, at): Column<ViewedTrial> => ({
        title: printableText(name),
        align: 'right',
        drop: 20 + at / 100,
        cell: ({ parameters }) => renderParameterValue(parameters[name]),
      }),
    ),
    ...(sweep.halving === null
      ? []
      : [{ title: 'RUNGS', align: 'right' as const, drop: 40, cell: ({ rungs }: ViewedTrial) => String(rungs) }]),
    { title: 'RUN', drop: 25, cell: (trial) => printableText(runsText(sweep.name, trial)) },
  ];
  return fitTable(trials, columns, colors.dim, width);
}

/** Those that differ among the trials, or all. */
function parametersOf(space: SweepView['sweep']['space'], trials: readonly ViewedTrial[]): string[] {
  const names = Object.keys(space);
  const differing = names.filter((name) => new Set(trials.map(({ parameters }) => parameters[name])).size > 1);
  return (differing.length > 0 ? differing : names).slice(0, mostParameters);
}

/** `digits-sweep/17`, or `digits-sweep/17 and 2 more`. */
function runsText(name: string, { runs }: ViewedTrial): string {
  const [first, ...others] = runs.flatMap(({ number }) => (number === null ? [] : [number]));
  if (first === undefined) return '';
  return `${name}/${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

function stepColumns(steps: ReadonlyMap<number, RunStep>): Column<ViewedTrial>[] {
  const of = ({ runs }: ViewedTrial) =>
    runs.flatMap(({ number }) => (number === null ? [] : (steps.get(number) ?? []))).at(-1);
  return [
    {
      title: 'STEP',
      align: 'right',
      drop: 5,
      cell: (trial) => {
        const found = of(trial);
        if (found === undefined) return '';
        return found.totalSteps === null ? String(found.step) : `${found.step}/${found.totalSteps}`;
      },
    },
    {
      title: 'LAST',
      align: 'right',
      drop: 6,
      cell: (trial) => {
        const last = of(trial)?.last ?? null;
        return last === null ? '' : formatNumber(last);
      },
    },
  ];
}
