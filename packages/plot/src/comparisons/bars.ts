import { printableText } from '@forge-ml/core/text';
import { type Scale, scaleOver } from '../scales/scale.js';
import { isFiniteNumber } from './metric.js';

export interface Bar {
  readonly name: string;
  readonly value: number;
}

/** A number for each name, such as the importance of flags, ready to be drawn. */
export interface Bars {
  readonly title: string;
  /** From 0, or from the lowest value below it. */
  readonly x: Scale;
  /** The largest first. */
  readonly bars: readonly Bar[];
  /** How many have no finite value. */
  readonly omitted: number;
}

/** @param title what the numbers are, with their unit */
export function makeBars(
  values: readonly { readonly name: string; readonly value: number | null }[],
  title: string,
): Bars {
  const bars = values.flatMap(({ name, value }) => (isFiniteNumber(value) ? { name: printableText(name), value } : []));
  return {
    title: printableText(title),
    x: scaleOver([0, ...bars.map(({ value }) => value)], false, true),
    bars: bars.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)),
    omitted: values.length - bars.length,
  };
}
