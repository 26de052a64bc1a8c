import { RandomStream } from '@forge-ml/core/plugin';
import type { Layer, LayerPlan, Parameter, Turn } from './layers/layer.js';
import type { Matrix } from './matrix.js';

/** Layers, one after the other. */
export class Network {
  readonly outputs: number;
  /** By name, e.g. `dense1.kernel`: of every kind of layer the first is number 1. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  private readonly layers: readonly Layer[];

  constructor(plans: readonly LayerPlan[], inputs: number, seed: number) {
    const layers: Layer[] = [];
    const parameters = new Map<string, Parameter>();
    const counts: Record<string, number> = {};
    let width = inputs;
    for (const { kind, build } of plans) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      const name = `${kind}${counts[kind]}`;
      // A stream for each name: another layer more leaves what these start from.
      const layer = build(width, RandomStream.of(seed, 'initial').child(name));
      for (const parameter of layer.parameters) parameters.set(`${name}.${parameter.name}`, parameter);
      layers.push(layer);
      width = layer.outputs;
    }
    this.layers = layers;
    this.parameters = parameters;
    this.outputs = width;
  }

  forward(x: Matrix, turn: Turn): Matrix {
    return this.layers.reduce((flowing, layer) => layer.forward(flowing, turn), x);
  }

  /** Fills every parameter's gradient. */
  backward(gradient: Matrix): void {
    this.layers.reduceRight((flowing, layer) => layer.backward(flowing), gradient);
  }
}
