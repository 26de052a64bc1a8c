import {
  type Batch,
  copyInto,
  type NamedTensors,
  type ParameterInfo,
  RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  type TensorData,
  type TrainSession,
} from '@forge-ml/core/plugin';
import { readRows, toTensor } from './arrays.js';
import type { LossValue } from './losses.js';
import type { Matrix } from './matrix.js';
import type { NumericModel } from './model.js';
import { Network } from './network.js';

/** A model in training. */
export class NumericSession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly warnings: readonly string[] = [];
  private readonly network: Network;
  private readonly inputs: number;
  private readonly random: RandomStream;
  /** Views of the parameters and slots, by name. */
  private readonly state: { readonly parameters: Map<string, TensorData>; readonly optimizer: Map<string, TensorData> };
  private readonly slots = new Map<string, readonly Float64Array[]>();

  constructor(
    private readonly model: NumericModel,
    sample: Batch,
    seed: number,
  ) {
    const x = readRows(sample, model.inputs);
    this.inputs = x.columns;
    this.random = RandomStream.of(seed, 'steps');
    this.network = new Network(model.layers, x.columns, seed);
    this.state = { parameters: new Map(), optimizer: new Map() };
    for (const [name, { value }] of this.network.parameters) {
      this.state.parameters.set(name, toTensor(value));
      const slots = model.optimizer.slots.map(() => new Float64Array(value.values.length));
      this.slots.set(name, slots);
      model.optimizer.slots.forEach((slot, at) => {
        this.state.optimizer.set(`${name}.${slot}`, toTensor({ ...value, values: slots[at]! }));
      });
    }
    this.parameters = [...this.state.parameters].map(([name, { dtype, shape }]) => ({
      name,
      dtype,
      shape,
      trainable: true,
    }));
    this.artefacts = model.artefacts ?? {};
    // Fails before training starts if the model does not fit the data.
    this.measure(this.run(x, 0, false), sample);
  }

  step(batch: Batch, { step }: StepRequest): Stats {
    const outputs = this.run(readRows(batch, this.model.inputs, this.inputs), step, true);
    const { stats, gradient } = this.measure(outputs, batch);
    this.network.backward(gradient);
    for (const [name, { value, gradient }] of this.network.parameters) {
      this.model.optimizer.update(value.values, gradient.values, this.slots.get(name)!, step);
    }
    return stats;
  }

  evaluate(batch: Batch): Stats {
    return this.measure(this.run(readRows(batch, this.model.inputs, this.inputs), 0, false), batch).stats;
  }

  predict(batch: Batch): Batch {
    return { outputs: toTensor(this.run(readRows(batch, this.model.inputs, this.inputs), 0, false)) };
  }

  capture(): SessionState {
    return { parameters: copies(this.state.parameters), optimizer: copies(this.state.optimizer) };
  }

  restore({ parameters, optimizer }: SessionState): void {
    const assignments = [copyInto(this.state.parameters, parameters, 'parameter')];
    if (optimizer.size > 0) assignments.push(copyInto(this.state.optimizer, optimizer, 'optimizer slot'));
    // Assigned only after everything was checked.
    for (const assign of assignments) assign();
  }

  /** The garbage collector frees the arrays. */
  dispose(): void {}

  private run(x: Matrix, step: number, training: boolean): Matrix {
    return this.network.forward(x, { training, random: this.random.child(step) });
  }

  private measure(outputs: Matrix, batch: Batch): LossValue {
    const { loss, targets } = this.model;
    return loss.measure(outputs, readRows(batch, targets, loss.targets === 'label' ? 1 : outputs.columns));
  }
}

function copies(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]));
}
