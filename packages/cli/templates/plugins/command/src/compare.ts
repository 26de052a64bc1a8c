import { describeTensor, elements, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';

/** A parameter that differs. */
export interface Difference {
  readonly name: string;
  /** A description: the greatest difference, or which state lacks the parameter. */
  readonly change: string;
}

/** The parameters that differ, in the order of the first. */
export function compare(first: NamedTensors, second: NamedTensors): Difference[] {
  const names = new Set([...first.keys(), ...second.keys()]);
  return [...names].flatMap((name) => {
    const change = changeOf(first.get(name), second.get(name));
    return change === undefined ? [] : [{ name, change }];
  });
}

function changeOf(a: TensorData | undefined, b: TensorData | undefined): string | undefined {
  if (a === undefined || b === undefined) return `only in the ${a === undefined ? 'second' : 'first'}`;
  const [before, after] = [describeTensor(a), describeTensor(b)];
  if (before !== after) return `${before} and ${after}`;
  const [x, y] = [Array.from(elements(a), Number), Array.from(elements(b), Number)];
  const furthest = x.reduce((most, value, at) => Math.max(most, Math.abs(value - y[at]!)), 0);
  return furthest === 0 ? undefined : `by up to ${Number(furthest.toPrecision(4))}`;
}
