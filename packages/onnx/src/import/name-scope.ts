import type { Value } from '../graph/ir/graph.js';

/** Resolves names in a graph of the file, and in the graphs that enclose it. */
export class NameScope {
  readonly #outer: NameScope | undefined;
  readonly #values = new Map<string, Value>();
  /** Values created on first use. */
  readonly #makers = new Map<string, () => Value>();

  constructor(outer?: NameScope) {
    this.#outer = outer;
  }

  define(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  defineLazily(name: string, make: () => Value): void {
    this.#makers.set(name, make);
  }

  find(name: string): Value | undefined {
    const known = this.#values.get(name);
    if (known) return known;
    const made = this.#makers.get(name)?.();
    if (made) this.#values.set(name, made);
    return made ?? this.#outer?.find(name);
  }

  isOwn(name: string): boolean {
    return this.#values.has(name) || this.#makers.has(name);
  }

  isOuter(name: string): boolean {
    return this.#outer !== undefined && (this.#outer.isOwn(name) || this.#outer.isOuter(name));
  }

  get own(): ReadonlyMap<string, Value> {
    return this.#values;
  }
}
