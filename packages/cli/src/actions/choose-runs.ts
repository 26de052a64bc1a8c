import { ForgeError, type SelectedRuns, type SelectOptions, selectRuns } from '@forge-ml/core/runs';
import { shortPath } from '../terminal/paths.js';

/** What the flags of `runChoiceFlags` give. */
export interface RunChoice extends Pick<SelectOptions, 'where' | 'sort' | 'last' | 'columns' | 'whole'> {
  readonly limit: number | null;
}

export interface ChosenRuns {
  readonly selected: SelectedRuns;
  /** Those within the limit. */
  readonly runs: SelectedRuns['runs'];
}

/** The runs that the flags choose: with an order the first ones, else the newest. @throws ForgeError QUERY_INVALID … */
export async function chooseRuns(results: string, experiment: string | null, choice: RunChoice): Promise<ChosenRuns> {
  const { limit, where = null, sort = null, last = null, columns = null, whole = false } = choice;
  const selected = await selectRuns(results, { where, sort, last, columns, experiment, whole });
  const { runs } = selected;
  if (limit === null || runs.length <= limit) return { selected, runs };
  return {
    selected,
    runs: sort === null ? runs.slice(-limit) : runs.slice(0, limit),
  };
}

/** Why nothing was chosen: there are no runs, or none matches. */
export function nothingChosen(
  { total, explain }: SelectedRuns,
  results: string,
  { last }: Pick<RunChoice, 'last'>,
): ForgeError {
  const where = shortPath(results);
  const within = last === null || last === undefined ? '' : ` of the last ${last}`;
  if (total === 0) {
    return new ForgeError('RUN_NOT_FOUND', `There is no run${within} in ${where}.`, {
      about: results,
      hint: within === '' ? 'forge train starts one.' : 'forge runs lists the newest runs.',
    });
  }
  const count = total === 1 ? 'the run' : `any of the ${total} runs`;
  return new ForgeError('RUN_NOT_FOUND', `--where does not match ${count}${within} in ${where}.`, {
    about: 'where',
    hint: explain() || 'Omit --where to list all.',
  });
}
