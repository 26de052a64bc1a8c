import type { Halving, SweepView } from '@forge-ml/core/sweeps';
import { formatCount, formatDuration, formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { shortPath } from '../../terminal/paths.js';
import { padText, widestOf } from '../../terminal/text-width.js';
import { wrapParts } from '../../terminal/wrap.js';
import { renderParameterValue } from './parameter-value.js';
import { stateNames, type TrialState } from './trial-state.js';

type Fact = readonly [name: string, ...parts: string[]];

/** The name of a sweep, its status, and what is known of it, as lines. */
export function renderSweepFacts(view: SweepView, colors: Colors, columns: number): string[] {
  const { sweep, folder, status } = view;
  const title = wrapParts(
    colors.bold(printableText(sweep.name)),
    [renderSweepStatusName(status, colors), shortPath(folder)],
    columns,
  );
  const facts: Fact[] = [
    ...(view.reason === null ? [] : [['reason', ...printableText(view.reason).split(' ')] as const]),
    ...objectiveFacts(view),
    ['method', ...methodParts(view)],
    ['trials', ...trialParts(view)],
    ['left', ...leftParts(view)],
    ['time', `${formatDuration(view.elapsed)} elapsed`, `${formatDuration(view.seconds)} of training`],
    ['best', ...bestParts(view)],
  ];
  const known = facts.filter(([, ...parts]) => parts.length > 0);
  const width = widestOf(known.map(([name]) => name));
  const lines = known.map(([name, ...parts]) => wrapParts(`  ${colors.dim(padText(name, width))}`, parts, columns));
  return [title, ...lines];
}

export function renderSweepStatusName(status: SweepView['status'], colors: Colors): string {
  if (status === 'running') return colors.cyan(status);
  return status === 'completed' ? colors.green(status) : colors.yellow(status);
}

function objectiveFacts({ sweep }: SweepView): Fact[] {
  return sweep.objectives.map(({ metric, direction, value }) => [
    verbs[direction],
    printableText(metric),
    `${value} value of a run`,
  ]);
}

const verbs = { min: 'minimize', max: 'maximize' } as const;

/** `minimize valid.loss` */
export function objectiveParts({ sweep }: Pick<SweepView, 'sweep'>): string[] {
  return sweep.objectives.map(({ metric, direction }) => `${verbs[direction]} ${printableText(metric)}`);
}

/** The method, its settings, and where it trains. */
export function methodParts({ sweep }: Pick<SweepView, 'sweep'>): string[] {
  const { method, halving, seed, repeat, workers, launcher } = sweep;
  return [
    printableText(method.name),
    ...(halving === null ? [] : halvingParts(halving)),
    `seed ${seed}`,
    ...(repeat === 1 ? [] : [`${repeat} runs a trial`]),
    ...(workers === null ? [] : [`${workers} ${workers === 1 ? 'worker' : 'workers'}`]),
    ...(launcher.name === 'local' ? [] : [printableText(launcher.name)]),
  ];
}

function halvingParts({ name, reduction, min, max, unit }: Halving): string[] {
  return [name, `reduction ${reduction}`, `${min} to ${max} ${unit}`];
}

/** How many trials are in each state. */
export function trialParts({ counts, trials }: Pick<SweepView, 'counts' | 'trials'>): string[] {
  const states = Object.keys(stateNames) as TrialState[];
  const listed = states.filter((state) => counts[state] > 0);
  if (trials.length === 0) return ['none yet'];
  return listed.map((state) => `${formatCount(counts[state])} ${stateNames[state]}`);
}

function leftParts({ remaining, status }: SweepView): string[] {
  const { trials, steps, hours, seconds } = remaining;
  if (status === 'completed') return [];
  return [
    ...(trials === null ? [] : [`${formatCount(trials)} ${trials === 1 ? 'trial' : 'trials'}`]),
    ...(steps === null ? [] : [`${formatCount(steps)} steps`]),
    ...(hours === null ? [] : [`${formatDuration(hours * 3600)} of the time limit`]),
    ...(seconds === null ? [] : [`about ${formatDuration(seconds)}`]),
  ];
}

/** The best trial: its values and parameters; empty before one was measured. */
export function bestParts(view: Pick<SweepView, 'sweep' | 'trials' | 'best'>): string[] {
  const { sweep, trials, best } = view;
  const [first, ...others] = best;
  const found = trials.find(({ trial }) => trial === first);
  if (found?.values == null) return [];
  const values = sweep.objectives.map(
    ({ metric }, at) => `${printableText(metric)} ${formatNumber(found.values![at]!)}`,
  );
  const parameters = Object.entries(found.parameters).map(
    ([name, value]) => `${printableText(name)} ${renderParameterValue(value)}`,
  );
  const front = others.length === 0 ? [] : [`and ${others.length} more on the Pareto front`];
  return [...values, `trial ${found.trial}`, ...parameters, ...front];
}
