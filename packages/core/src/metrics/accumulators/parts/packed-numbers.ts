import { isObject } from '../../../json/is-object.js';

const types = { uint8: Uint8Array, float32: Float32Array, float64: Float64Array } as const;
type PackedType = keyof typeof types;

/** A growing list of numbers, which JSON holds as base64 of the smallest type that loses nothing. */
export class PackedNumbers {
  #memory = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#memory.length) this.#grow(this.#length + 1);
    this.#memory[this.#length++] = value;
  }

  append(values: ArrayLike<number>): void {
    this.#grow(this.#length + values.length);
    this.#memory.set(values, this.#length);
    this.#length += values.length;
  }

  /** A view. */
  get values(): Float64Array {
    return this.#memory.subarray(0, this.#length);
  }

  get state(): { readonly type: PackedType; readonly base64: string } {
    const { values } = this;
    const type = (['uint8', 'float32'] as const).find((type) => fits(values, types[type])) ?? 'float64';
    const { buffer } = types[type].from(values);
    return { type, base64: Buffer.from(buffer).toString('base64') };
  }

  /** @param state an earlier `state`, read back from JSON; anything else starts empty */
  static from(state: unknown): PackedNumbers {
    const numbers = new PackedNumbers();
    if (!isObject(state) || typeof state.base64 !== 'string' || !Object.hasOwn(types, String(state.type)))
      return numbers;
    const Type = types[state.type as PackedType];
    const bytes = Uint8Array.from(Buffer.from(state.base64, 'base64'));
    numbers.append(new Type(bytes.buffer, 0, Math.floor(bytes.length / Type.BYTES_PER_ELEMENT)));
    return numbers;
  }

  #grow(needed: number): void {
    if (needed <= this.#memory.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#memory.length));
    larger.set(this.values);
    this.#memory = larger;
  }
}

function fits(values: Float64Array, Type: typeof Uint8Array | typeof Float32Array): boolean {
  const cell = new Type(1);
  return values.every((value) => {
    cell[0] = value;
    return Object.is(cell[0], value);
  });
}
