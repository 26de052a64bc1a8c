import { directionsOfRun } from '../../metrics/metric-address.js';
import type { Compared } from './compared.js';

/**
 * The places of the best values of a metric; none if all are equal, if its direction is unknown, or if the runs have
 * different ones.
 */
export function bestOf(
  address: string,
  values: readonly (number | null)[],
  runs: readonly Pick<Compared, 'directions'>[],
): number[] {
  const at = address.indexOf('.');
  const [split, name] = [address.slice(0, at), address.slice(at + 1)];
  const known = runs.flatMap(({ directions }) => directionsOfRun(directions)(split, name) ?? []);
  const [direction, ...others] = new Set(known);
  const numbers = values.filter((value) => value !== null && !Number.isNaN(value)) as number[];
  if (direction === undefined || others.length > 0 || new Set(numbers).size < 2) return [];
  const best = numbers.reduce((one, other) => (direction === 'min' ? Math.min(one, other) : Math.max(one, other)));
  return values.flatMap((value, place) => (value === best ? [place] : []));
}
