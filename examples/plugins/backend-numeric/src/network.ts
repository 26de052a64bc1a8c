import { RandomStream } from '@forge-ml/core/plugin';
import type { Layer, LayerPlan, Parameter, Pass } from './layers/layer.js';
import type { Matrix } from './matrix.js';

/** A sequence of layers. */
export class Network {
  readonly outputs: number;
  /** By name, e.g. `dense1.kernel`: layers of each kind are numbered from 1. */
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
      // A stream for each name, so that adding a layer does not change the initial values of others.
      const layer = build(width, RandomStream.of(seed, 'initial').child(name));
      for (const parameter of layer.parameters) parameters.set(`${name}.${parameter.name}`, parameter);
      layers.push(layer);
      width = layer.outputs;
    }
    this.layers = layers;
    this.parameters = parameters;
    this.outputs = width;
  }

  forward(x: Matrix, pass: Pass): Matrix {
    return this.layers.reduce((outputs, layer) => layer.forward(outputs, pass), x);
  }

  /** Sets the gradient of every parameter. */
  backward(gradient: Matrix): void {
    this.layers.reduceRight((ofOutputs, layer) => layer.backward(ofOutputs), gradient);
  }
}
