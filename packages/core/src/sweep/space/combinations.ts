import { countValues, type DiscreteParameter, indexOfValue, isDiscrete, valueAt } from './parameter-values.js';
import type { Condition, Parameter, ParameterValue, ParameterValues, Space } from './space.js';

/** The combinations of a finite space. No two are equal: where a parameter is not used, its values are not varied. */
export interface Combinations {
  readonly count: number;
  /** Combination `index`, from 0. The last parameter varies fastest. */
  at(index: number): ParameterValues;
}

/** A parameter with those whose conditions name it. */
interface Branch {
  readonly name: string;
  readonly parameter: DiscreteParameter;
  readonly stretches: readonly Stretch[];
  readonly count: number;
}

/** Successive values of a parameter for which the same others are used. */
interface Stretch {
  /** The index of the first value. */
  readonly start: number;
  readonly length: number;
  readonly used: readonly Branch[];
  /** Combinations of the others, for each value. */
  readonly each: number;
}

type DiscreteSpace = Readonly<Record<string, DiscreteParameter & { readonly when: Condition | null }>>;

/** The combinations of a space; undefined where a parameter has a range of real numbers without a step. */
export function combinationsOf(space: Space): Combinations | undefined {
  if (!isFiniteSpace(space)) return undefined;
  const roots = branchesUnder(space, null);
  return {
    count: product(roots),
    at(index) {
      const values: Record<string, ParameterValue> = {};
      choose(roots, index, values);
      // In the order of the space.
      const used = Object.keys(space).filter((name) => Object.hasOwn(values, name));
      return Object.fromEntries(used.map((name) => [name, values[name]!]));
    },
  };
}

function isFiniteSpace(space: Space): space is DiscreteSpace {
  return Object.values<Parameter>(space).every(isDiscrete);
}

function branchesUnder(space: DiscreteSpace, parent: string | null): Branch[] {
  return Object.entries(space).flatMap(([name, parameter]) => {
    if ((parameter.when?.parameter ?? null) !== parent) return [];
    const stretches = stretchesOf(space, name);
    const count = stretches.reduce((sum, { length, each }) => sum + length * each, 0);
    return [{ name, parameter, stretches, count }];
  });
}

function stretchesOf(space: DiscreteSpace, name: string): Stretch[] {
  const parameter = space[name]!;
  const children = branchesUnder(space, name);
  const conditions = children.map((child) => space[child.name]!.when!.values);
  const special = [...new Set(conditions.flat().map((value) => indexOfValue(parameter, value)))].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  let next = 0;
  const addOthers = (end: number) => {
    if (end > next) stretches.push({ start: next, length: end - next, used: [], each: 1 });
  };
  for (const index of special) {
    addOthers(index);
    const value = valueAt(parameter, index);
    const used = children.filter((_, at) => conditions[at]!.includes(value));
    stretches.push({ start: index, length: 1, used, each: product(used) });
    next = index + 1;
  }
  addOthers(countValues(parameter));
  return stretches;
}

function product(branches: readonly Branch[]): number {
  return branches.reduce((all, { count }) => all * count, 1);
}

function choose(branches: readonly Branch[], index: number, values: Record<string, ParameterValue>): void {
  let rest = index;
  for (const { name, parameter, stretches, count } of branches.toReversed()) {
    let within = rest % count;
    rest = Math.floor(rest / count);
    for (const { start, length, used, each } of stretches) {
      if (within >= length * each) within -= length * each;
      else {
        values[name] = valueAt(parameter, start + Math.floor(within / each));
        choose(used, within % each, values);
        break;
      }
    }
  }
}
