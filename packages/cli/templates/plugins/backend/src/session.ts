import {
  type Batch,
  copyInto,
  type NamedTensors,
  type ParameterInfo,
  RandomStream,
  type SessionState,
  type Stats,
  type TensorData,
  type TrainSession,
  tensor,
} from '@forge-ml/core/plugin';
import { readRows } from './arrays.js';
import { crossEntropy, type Loss, squaredError } from './engine/losses.js';
import { backward, forward, type Layer, newLayer } from './engine/network.js';
import type { Mlp } from './mlp.js';

/** A model on its engine, which Forge trains, saves and restores. */
export class Session implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly warnings: readonly string[] = [];
  private readonly layers: Layer[] = [];
  private readonly inputs: number;
  /** Views of the engine's memory, by name: they change with it. */
  private readonly live: { readonly parameters: NamedTensors; readonly optimizer: NamedTensors };
  private readonly trained: { readonly values: Float32Array; readonly velocity: Float32Array }[] = [];

  constructor(
    private readonly model: Mlp,
    sample: Batch,
    seed: number,
  ) {
    this.artefacts = model.artefacts ?? {};
    this.inputs = readRows(sample, model.inputs).width;
    const outputs = model.classes ?? readRows(sample, model.targets).width;
    const widths = [this.inputs, ...(model.hidden ?? []), outputs];
    const [parameters, optimizer] = [new Map<string, TensorData>(), new Map<string, TensorData>()];
    for (let index = 0; index + 1 < widths.length; index++) {
      // Random values depend only on the seed and a name, so that no random state has to be saved.
      const random = RandomStream.of(seed, 'initial').child(index);
      const layer = newLayer(widths[index]!, widths[index + 1]!, () => random.normal());
      this.layers.push(layer);
      for (const [name, values, shape] of [
        [`layer${index}.weights`, layer.weights, [layer.inputs, layer.outputs]],
        [`layer${index}.bias`, layer.bias, [layer.outputs]],
      ] as const) {
        const velocity = new Float32Array(values.length);
        this.trained.push({ values, velocity });
        parameters.set(name, tensor(values, shape));
        if (model.momentum) optimizer.set(`${name}.velocity`, tensor(velocity, shape));
      }
    }
    this.live = { parameters, optimizer };
    this.parameters = [...parameters].map(([name, { dtype, shape }]) => ({ name, dtype, shape, trainable: true }));
    // Fails before training starts if the model does not fit the data.
    this.evaluate(sample);
  }

  step(batch: Batch): Stats {
    const activations = forward(this.layers, this.read(batch));
    const { stats, gradient } = this.lossOf(batch, activations.at(-1)!);
    const gradients = backward(this.layers, activations, gradient);
    const { learningRate, momentum = 0 } = this.model;
    for (const [index, { values, velocity }] of this.trained.entries()) {
      const slope = gradients[index]!;
      for (let at = 0; at < values.length; at++) {
        velocity[at] = momentum * velocity[at]! + slope[at]!;
        values[at]! -= learningRate * velocity[at]!;
      }
    }
    return stats;
  }

  evaluate(batch: Batch): Stats {
    return this.lossOf(batch, forward(this.layers, this.read(batch)).at(-1)!).stats;
  }

  predict(batch: Batch): Batch {
    const outputs = forward(this.layers, this.read(batch)).at(-1)!;
    const width = this.layers.at(-1)!.outputs;
    return { outputs: tensor(outputs, [outputs.length / width, width]) };
  }

  capture(): SessionState {
    return { parameters: copies(this.live.parameters), optimizer: copies(this.live.optimizer) };
  }

  restore({ parameters, optimizer }: SessionState): void {
    // Everything is checked before anything changes. Without slots the run is loaded for inference only.
    const assignments = [copyInto(this.live.parameters, parameters, 'parameter')];
    if (optimizer.size > 0) assignments.push(copyInto(this.live.optimizer, optimizer, 'optimizer slot'));
    for (const assign of assignments) assign();
  }

  /** The garbage collector frees these arrays; release the memory of your engine here. */
  dispose(): void {}

  private read(batch: Batch): Float32Array {
    return readRows(batch, this.model.inputs, this.inputs).values;
  }

  private lossOf(batch: Batch, outputs: Float32Array): Loss {
    const { targets, classes } = this.model;
    if (classes !== undefined) return crossEntropy(outputs, readRows(batch, targets, 1).values, classes);
    return squaredError(outputs, readRows(batch, targets, this.layers.at(-1)!.outputs).values);
  }
}

function copies(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]));
}
