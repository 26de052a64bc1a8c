import type { LayerIdentity } from '../layers/layer.js';

/**
 * Names for layers, the same every time a model is built and traced: the path of the enclosing layers, then the given
 * name, or the kind and a count, `dense_1`. At the top the path begins with the layer's key in the artefacts. A layer
 * called twice keeps its name, and so shares its parameters.
 */
export class LayerNames {
  readonly #keys: ReadonlyMap<unknown, string>;
  readonly #paths = new Map<LayerIdentity, string>();
  /** The layer of each path. */
  readonly #holders = new Map<string, LayerIdentity>();
  #calledInTrace = new Set<LayerIdentity>();

  constructor(artefacts: Readonly<Record<string, unknown>> = {}) {
    this.#keys = new Map(Object.entries(artefacts).map(([key, value]) => [value, key]));
  }

  /** Call before each trace: a model that creates its layers again in each trace gets the same names. */
  startTrace(): void {
    this.#calledInTrace = new Set();
  }

  /** The path of a layer that is called inside `parent` (`''` at the top). */
  pathOf(layer: LayerIdentity, parent: string): string {
    const known = this.#paths.get(layer);
    const path = known ?? this.#claim(layer, parent);
    this.#calledInTrace.add(layer);
    this.#paths.set(layer, path);
    return path;
  }

  #claim(layer: LayerIdentity, parent: string): string {
    const scope = parent === '' ? (this.#keys.get(layer) ?? '') : parent;
    if (layer.transparent) return scope;
    const own = (count: number) =>
      layer.givenName === undefined
        ? `${layer.kind}_${count}`
        : count === 1
          ? layer.givenName
          : `${layer.givenName}_${count}`;
    for (let count = 1; ; count++) {
      const path = joined(scope, own(count));
      const holder = this.#holders.get(path);
      // The holder is from an earlier trace and not called in this one: the new layer replaces it.
      if (holder !== undefined && this.#calledInTrace.has(holder)) continue;
      this.#holders.set(path, layer);
      return path;
    }
  }
}

export function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}/${name}`;
}
