import { bytesPerElement, sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { sharedMemory, unsharedMemory, type WasmMemory } from '@forge-ml/kernels';
import type { Place, PlacedValue, StateGroup, StateLayout } from './state-layout.js';
import { placesOf } from './state-layout.js';
import { writeValue } from './write-value.js';

/**
 * The state of a session, in memory that never moves. Each group of values is at one of its places: a step writes there,
 * unless the group is lent to a reader; then it writes to another place, which is the current one from then on.
 */
export class StateMemory {
  readonly memories: readonly WasmMemory[];
  readonly #values: ReadonlyMap<string, PlacedValue>;
  readonly #byGroup: Readonly<Record<StateGroup, readonly PlacedValue[]>>;
  readonly #current: Record<StateGroup, number> = { updated: 0, sums: 0, written: 0, fixed: 0, base: 0 };
  #lent: Readonly<Record<StateGroup, number>> | undefined;

  constructor({ memories, values }: StateLayout, shared: boolean) {
    this.memories = memories.map(shared ? sharedMemory : unsharedMemory);
    this.#values = new Map(values.map((value) => [value.name, value]));
    const of = (group: StateGroup) => values.filter((value) => value.group === group);
    this.#byGroup = {
      updated: of('updated'),
      sums: of('sums'),
      written: of('written'),
      fixed: of('fixed'),
      base: of('base'),
    };
  }

  get size(): number {
    return this.#values.size;
  }

  /** Which place of each group is read, and which is written by a graph, as a key. */
  get places(): string {
    return `${Object.values(this.#current).join()} ${this.target('written')}`;
  }

  /** Where a step writes the values of a group: by the index of their places. */
  target(group: StateGroup): number {
    const [current, lent] = [this.#current[group], this.#lent?.[group]];
    // The base is never lent: nothing writes it but the first values.
    if (group === 'base' || (group !== 'written' && current !== lent)) return current;
    return Array.from({ length: placesOf[group] }, (_, at) => at).find((at) => at !== current && at !== lent)!;
  }

  current(group: StateGroup): number {
    return this.#current[group];
  }

  /** Makes a place current: all values of the group have been written there. */
  commit(group: StateGroup, place: number): void {
    this.#current[group] = place;
  }

  /** The memory of a value; where it is now, by default. */
  view(name: string, place?: number): TensorData {
    const { dtype, shape, places, group } = this.#values.get(name)!;
    return { dtype, shape, bytes: this.bytesAt(places[place ?? this.#current[group]]!, dtype, shape) };
  }

  place(name: string, place: number): Place {
    return this.#values.get(name)!.places[place]!;
  }

  bytesAt({ memory, offset }: Place, dtype: TensorData['dtype'], shape: readonly number[]): Uint8Array {
    return new Uint8Array(this.memories[memory]!.buffer, offset, bytesPerElement[dtype] * sizeOf(shape));
  }

  /** Replaces values. A number fills one. */
  set(tensors: readonly (readonly [name: string, value: TensorData | number])[]): void {
    const given = new Map(tensors);
    for (const group of Object.keys(this.#byGroup) as StateGroup[]) {
      const values = this.#byGroup[group];
      const current = this.#current[group];
      const target = current === this.#lent?.[group] ? this.target(group) : current;
      for (const { name, dtype, shape, places } of values) {
        const value = given.get(name);
        const to = this.bytesAt(places[target]!, dtype, shape);
        if (value !== undefined) writeValue(to, dtype, value);
        else if (target !== current) to.set(this.bytesAt(places[current]!, dtype, shape));
      }
      this.commit(group, target);
    }
  }

  /** Lends the current places until `release`, so that steps do not change them. @returns false if some are lent */
  lend(): boolean {
    if (this.#lent !== undefined) return false;
    this.#lent = { ...this.#current };
    return true;
  }

  release(): void {
    this.#lent = undefined;
  }
}
