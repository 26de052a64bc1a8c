import { join } from 'node:path';
import { readRunFlags } from '../../run/record/flags-file.js';
import { toKebab } from '../../text/flag-names.js';
import { shellCommand } from '../../text/shell-command.js';
import { parameterImportance } from '../importance/parameter-importance.js';
import { rankTrials } from './rank-trials.js';
import type { SweepReport } from './sweep-report.js';
import type { SweepView } from './sweep-view.js';

/** Adds to the state of a sweep what it found: the importance of its flags, and the command that trains the best. */
export async function readReport(view: SweepView): Promise<SweepReport> {
  return { ...view, importance: importanceOf(view), bestCommand: await bestCommand(view) };
}

function importanceOf({ sweep, trials }: SweepView): SweepReport['importance'] {
  const measured = trials.flatMap(({ state, parameters, values }) => {
    return state === 'completed' && values !== null ? [{ parameters, values }] : [];
  });
  const found = parameterImportance(
    sweep.space,
    measured,
    sweep.objectives.map(({ direction }) => direction),
  );
  const sum = Object.values(found).reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return null;
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value / sum]));
}

/** Flags that say where a run is, not how it was trained. */
const placeFlags = ['runName', 'resultsDir'];
/** Sources of flags that apply to another run in the same project, too. */
const lastingSources = ['default', 'project file'];

async function bestCommand(view: SweepView): Promise<string | null> {
  const [best] = rankTrials(view);
  const number = best?.runs.find(({ number }) => number !== null)?.number;
  if (best === undefined || number == null) return null;
  const flags = await readRunFlags(join(view.folder, String(number))).catch(() => undefined);
  const given =
    flags === undefined
      ? Object.entries(best.parameters)
      : Object.entries(flags).flatMap(([name, { value, source }]) => {
          return lastingSources.includes(source) || placeFlags.includes(name) ? [] : [[name, value] as const];
        });
  return shellCommand(['forge', 'train', ...given.flatMap(([name, value]) => flagWords(name, value))]);
}

function flagWords(name: string, value: unknown): string[] {
  const flag = `--${toKebab(name)}`;
  if (value === true) return [flag];
  if (value === false) return [`--no-${toKebab(name)}`];
  if (value === null) return [];
  return String(value).startsWith('-') ? [`${flag}=${value}`] : [flag, String(value)];
}
