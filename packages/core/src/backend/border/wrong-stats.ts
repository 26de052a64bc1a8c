import { describeValue } from '../../model/model-error.js';
import { article } from './wrong-member.js';
import { wrongName } from './wrong-tensor.js';

/**
 * The first fault in the numbers of a step or an evaluation, as the end of `returned …`. Called in the training loop, so
 * it reads each number once and allocates nothing.
 * @param metrics whether the numbers will be used; otherwise a step may omit them
 */
export function wrongStats(value: unknown, metrics: boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return `${describeValue(value)}, not an object of numbers`;
  const stats = value as Readonly<Record<string, unknown>>;
  for (const name in stats) {
    if (typeof stats[name] === 'number' && name !== '__proto__') continue;
    return wrongName(name) === undefined
      ? `${article(name)} ${name} that is ${describeValue(stats[name])}, not a number`
      : `a metric named ${JSON.stringify(name)}, a reserved name`;
  }
  if (!metrics || typeof stats.loss === 'number') return undefined;
  return `no loss, but ${describeValue(value)}`;
}
