import { limitsFrom, type readRunFlags } from '@forge-ml/core/manage';
import type { RunFlag } from '../protocol/run-view.js';
import { bounded } from './bounded.js';

type StoredFlags = Awaited<ReturnType<typeof readRunFlags>>;

/** The flags of a run, those that are not default first. */
export function runFlagRows(flags: StoredFlags): RunFlag[] {
  const rows = Object.entries(flags).map(([name, { value, source }]): RunFlag => {
    return { name, value: bounded(value) as RunFlag['value'], source, isDefault: source === 'default' };
  });
  return [...rows.filter(({ isDefault }) => !isDefault), ...rows.filter(({ isDefault }) => isDefault)];
}

/** The step at which a run ends by its flags; null if that is unknown. */
export function totalSteps(flags: StoredFlags, stepsPerEpoch: number | null): number | null {
  const count = (name: string) => (typeof flags[name]?.value === 'number' ? (flags[name].value as number) : null);
  const { steps, epochs } = limitsFrom({ steps: count('steps'), epochs: count('epochs') });
  const inEpochs = epochs === Number.POSITIVE_INFINITY ? epochs : epochs * (stepsPerEpoch ?? Number.NaN);
  const total = Math.min(steps, inEpochs);
  return Number.isFinite(total) ? total : null;
}
