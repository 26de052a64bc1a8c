import { describeValue } from '../../model/model-error.js';
import { article } from './wrong-member.js';
import { wrongName } from './wrong-tensor.js';

/**
 * What is wrong with the numbers of a step or an evaluation, as the end of a sentence: `returned …`. Called in the
 * training loop, so it looks at each number once and makes nothing.
 * @param wanted whether they are to be shown; a step may omit those that are not
 */
export function wrongStats(value: unknown, wanted: boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return `${describeValue(value)}, not numbers by name`;
  const stats = value as Readonly<Record<string, unknown>>;
  for (const name in stats) {
    if (typeof stats[name] === 'number' && name !== '__proto__') continue;
    return wrongName(name) === undefined
      ? `${article(name)} ${name} that is ${describeValue(stats[name])}, not a number`
      : `a metric named ${JSON.stringify(name)}, a reserved name`;
  }
  if (!wanted || typeof stats.loss === 'number') return undefined;
  return `no loss, but ${describeValue(value)}`;
}
