import { bytesPerElement, type DType, sizeOf } from '@forge-ml/core/plugin';
import { alignment, maxBytes, padded } from '../model/memory-size.js';
import type { StateValue } from '../model/state-value.js';
import type { UpdatePlan } from '../model/update-plan.js';

/** Where a tensor is: the memory by its number, and the first byte. */
export interface Place {
  readonly memory: number;
  readonly offset: number;
}

/**
 * Values that change together. `updated`: what an update of the kernels writes. `sums`: sums of gradients, which change
 * at other steps. `written`: what the training graph writes. `fixed`: what only `restore` changes. `base`: what never
 * changes, and is no state.
 */
export type StateGroup = 'updated' | 'sums' | 'written' | 'fixed' | 'base';

/**
 * How many places the values of a group have. A step that may not change the current one, because a save reads it,
 * writes to another. A graph may never write where it reads, so it needs a third.
 */
export const placesOf: Readonly<Record<StateGroup, number>> = { updated: 2, sums: 2, written: 3, fixed: 2, base: 1 };

export interface PlacedValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly group: StateGroup;
  readonly places: readonly Place[];
}

/** The memories of a session's state. Pages that are never used take no memory. */
export interface StateLayout {
  /** The size of each memory in bytes, at most 4 GiB. */
  readonly memories: readonly number[];
  readonly values: readonly PlacedValue[];
  /** By the output of the training graph, for each parameter of the plan that has one. */
  readonly gradients: ReadonlyMap<string, Place>;
}

/**
 * Lays out a state. A kernel reads and writes one memory: all that belongs to a parameter of the plan is in one.
 * @param written names of values that the training graph writes
 * @param base values that never change, after the others
 */
export function layOut(
  state: readonly StateValue[],
  plan?: UpdatePlan,
  written: ReadonlySet<string> = new Set(),
  base: readonly StateValue[] = [],
): StateLayout {
  const values = [...state, ...base];
  const memories = new Memories();
  const gradients = new Map<string, Place>();
  const families = new Map<string, Family>();
  const groups = new Map<string, StateGroup>();
  for (const { name, gradient, slots, sum, average } of plan?.parameters ?? []) {
    const own = [...(gradient === undefined ? [] : [name, ...slots]), ...(average === undefined ? [] : [average])];
    for (const value of own) groups.set(value, 'updated');
    if (sum !== undefined && gradient !== undefined) groups.set(sum, 'sums');
    const family = { members: new Set([name, ...slots, sum, average]), memory: undefined };
    for (const member of family.members) if (member !== undefined) families.set(member, family);
  }
  for (const { name } of base) groups.set(name, 'base');
  const groupOf = ({ name }: StateValue) => groups.get(name) ?? (written.has(name) ? 'written' : 'fixed');
  const bytesOf = ({ dtype, shape }: StateValue) => bytesPerElement[dtype] * sizeOf(shape);
  const byName = new Map(values.map((value) => [value.name, value]));
  const placesByName = new Map(values.map(({ name }) => [name, [] as Place[]]));
  const familySize = (family: Family) => {
    const sizes = [...family.members].flatMap((name) => {
      const value = name === undefined ? undefined : byName.get(name);
      return value === undefined ? [] : [placesOf[groupOf(value)] * padded(bytesOf(value))];
    });
    const [parameter] = family.members;
    return sizes.reduce((sum, size) => sum + size, padded(bytesOf(byName.get(parameter!)!)));
  };
  for (const family of new Set(families.values())) family.memory = memories.withRoomFor(familySize(family));
  // First what every step uses, then what only saves and graphs need.
  for (const value of values) {
    placesByName.get(value.name)!.push(memories.allocate(bytesOf(value), families.get(value.name)?.memory));
  }
  for (const { name, gradient } of plan?.parameters ?? []) {
    if (gradient === undefined) continue;
    gradients.set(gradient, memories.allocate(bytesOf(byName.get(name)!), families.get(name)?.memory));
  }
  for (const value of values) {
    const places = placesByName.get(value.name)!;
    while (places.length < placesOf[groupOf(value)]) {
      places.push(memories.allocate(bytesOf(value), families.get(value.name)?.memory));
    }
  }
  return {
    memories: memories.sizes,
    values: values.map((value) => {
      const { name, dtype, shape } = value;
      return { name, dtype, shape, group: groupOf(value), places: placesByName.get(name)! };
    }),
    gradients,
  };
}

/** A parameter and what belongs to it, in one memory. */
interface Family {
  readonly members: ReadonlySet<string | undefined>;
  memory: number | undefined;
}

class Memories {
  /** Bytes that are planned, and in use, of each. */
  readonly #reserved: number[] = [];
  readonly #used: number[] = [];

  get sizes(): readonly number[] {
    return this.#used;
  }

  /** The number of a memory with room for that many bytes, which are reserved. */
  withRoomFor(bytes: number): number {
    const last = this.#reserved.length - 1;
    if (last >= 0 && this.#reserved[last]! + bytes <= maxBytes) {
      this.#reserved[last]! += bytes;
      return last;
    }
    this.#reserved.push(alignment + bytes);
    // Nothing is at 0, so that no place looks like none.
    this.#used.push(alignment);
    return last + 1;
  }

  /** @param memory where room for it was reserved. Default: any */
  allocate(bytes: number, memory = this.withRoomFor(padded(bytes))): Place {
    const offset = this.#used[memory]!;
    this.#used[memory] = offset + padded(bytes);
    return { memory, offset };
  }
}
