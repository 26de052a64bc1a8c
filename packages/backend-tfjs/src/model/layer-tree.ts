import type * as tfjs from '@tensorflow/tfjs';

type Layer = tfjs.layers.Layer;

/** The properties that hold the inner layers of a layer: models, wrappers, recurrent layers and their cells. */
interface Nesting {
  readonly layers?: readonly Layer[];
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
}

/** The layers and all their inner layers, each once, outer layers first. */
export function withInnerLayers(layers: Iterable<Layer>): Set<Layer> {
  const found = new Set<Layer>();
  const visit = (layer: Layer | undefined): void => {
    if (layer === undefined || layer === null || found.has(layer)) return;
    found.add(layer);
    for (const inner of partsOf(layer)) visit(inner);
  };
  for (const layer of layers) visit(layer);
  return found;
}

function partsOf(layer: Layer): (Layer | undefined)[] {
  const { layers = [], layer: wrapped, forwardLayer, backwardLayer, cell, cells = [] } = layer as unknown as Nesting;
  return [...layers, wrapped, forwardLayer, backwardLayer, cell, ...cells];
}
