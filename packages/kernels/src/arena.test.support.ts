import { expect } from 'chai';
import { openTensorKernels } from './tensor-kernels.js';
import { Memory } from './web-assembly.js';

/** What the memory contains where nothing may be written. */
const guard = 12_345;

/** A memory with kernels over it, and places in it, each between guards. Scratch memory contains NaN before. */
export class Arena {
  readonly #memory = new Memory({ initial: 64, maximum: 1024, shared: false });
  readonly kernels = openTensorKernels(this.#memory);
  #end = 64;
  #guards: number[] = [];

  reset(): void {
    this.#end = 64;
    this.#guards = [];
  }

  put(values: readonly number[]): number {
    const place = this.#take(values.length);
    new Float32Array(this.#memory.buffer).set(values, place / 4);
    return place;
  }

  /** A place whose content must not matter. */
  readonly scratch = (bytes: number): number => this.put(new Array<number>(bytes / 4).fill(Number.NaN));

  get(place: number, count: number): number[] {
    return Array.from(new Float32Array(this.#memory.buffer, place, count));
  }

  expectGuarded(): void {
    const view = new Float32Array(this.#memory.buffer);
    expect(this.#guards.filter((place) => view[place / 4] !== guard)).to.deep.equal([]);
  }

  #take(count: number): number {
    const place = this.#end + 4;
    this.#end = place + 4 * count;
    while (this.#end + 8 > this.#memory.buffer.byteLength) this.#memory.grow(64);
    const view = new Float32Array(this.#memory.buffer);
    for (const at of [place - 4, this.#end]) {
      view[at / 4] = guard;
      this.#guards.push(at);
    }
    return place;
  }
}

/** Integers, so that every order of adding gives the same sums, in [-8, 8]. */
export function integers(count: number, seed: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 17) - 8;
  });
}
