import { setTimeout as delay } from 'node:timers/promises';
import type {
  BuildRequest,
  EvaluateRequest,
  NamedFiles,
  ParameterGradient,
  ParameterInfo,
  ParametersFile,
  SessionState,
  Stats,
  StepRequest,
  TrainSession,
} from '../backend/backend.js';
import { matchParameters } from '../model/match-parameters.js';
import { RandomStream } from '../random/random-stream.js';
import { copyInto } from '../tensor/copy-tensors.js';
import { type Batch, elements, type NamedTensors, type TensorData, tensor } from '../tensor/tensor-data.js';
import { ToyAverage } from './toy-average.js';
import { updateReport } from './toy-gradients.js';
import { crossEntropy, type Loss, squaredError } from './toy-loss.js';
import { arrayOf, type ToyModel, widthOf } from './toy-model.js';
import { describeToyModel, toyModelFile } from './toy-model-file.js';
import { backward, centre, forward, type Layer } from './toy-network.js';

export class ToySession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[] = [];
  /** A step changes the state only after everything that can fail. */
  readonly intact = true;
  readonly parameters: readonly ParameterInfo[];
  readonly labels: readonly string[];
  private readonly layers: readonly Layer[];
  private readonly mean: TensorData;
  private readonly state: SessionState;
  private readonly average: ToyAverage | undefined;
  private readonly frozen: ReadonlySet<string>;
  private readonly trained: ReadonlyMap<string, TensorData>;
  private readonly dropout: RandomStream;
  private disposed = false;

  constructor(
    private readonly model: ToyModel,
    { sample, seed, freeze = [], ema }: Omit<BuildRequest, 'load'>,
    private readonly live: { tensors: number },
  ) {
    this.artefacts = model.artefacts ?? {};
    this.labels = [model.targets];
    this.dropout = RandomStream.of(seed, 'dropout');
    const inputs = widthOf(arrayOf(sample, model.inputs));
    const outputs = model.classes ?? widthOf(arrayOf(sample, model.targets));
    arrayOf(sample, model.targets, model.classes === undefined ? undefined : 1);
    const sizes = model.hidden ? [inputs, model.hidden, outputs] : [inputs, outputs];
    this.layers = sizes.slice(1).map((size, index) => newLayer(sizes[index]!, size, seed, index));
    this.mean = tensor(new Float32Array(inputs));
    const tensors = this.layers.flatMap(tensorsOf);
    this.frozen = matchParameters('freeze', freeze, ['inputs.mean', ...tensors.map(([name]) => name)]);
    this.trained = new Map(tensors.filter(([name]) => !this.frozen.has(name)));
    const slots = [...this.trained].map(([name, { shape, bytes }]) => {
      return [`${name}.momentum`, tensor(new Float32Array(bytes.length / 4), shape)] as const;
    });
    this.state = {
      parameters: new Map([...tensors, ['inputs.mean', this.mean]]),
      optimizer: new Map(model.momentum ? slots : []),
    };
    this.parameters = [...this.state.parameters].map(([name, { dtype, shape }]) => ({
      name,
      dtype,
      shape,
      trainable: this.trained.has(name),
    }));
    this.average = ema === undefined ? undefined : new ToyAverage(ema, this.trained);
    live.tensors += this.size();
  }

  step(batch: Batch, request: StepRequest): Stats | Promise<Stats> {
    const { step, metrics, learningRate, onOutputs, onGradients } = request;
    const x = this.inputsOf(batch);
    const last = this.layers.at(-1)!;
    const mask = this.maskOf((x.length / this.layers[0]!.inputs) * last.inputs, step);
    const pass = forward(this.layers, centre(x, this.meanOfInputs), mask);
    const { stats, gradient } = this.lossOf(batch, pass.outputs);
    const gradients = backward(this.layers, pass, mask, gradient);
    onOutputs?.({ outputs: outputsOf(pass.outputs, last) }, 0);
    const rate = learningRate ?? this.learningRate(step);
    const report = new Map<string, ParameterGradient>();
    this.layers.forEach((layer, index) => {
      for (const kind of ['weights', 'bias'] as const) {
        const [name, values, gradient] = [`layer${index}.${kind}`, layer[kind], gradients[index]![kind]];
        if (!this.trained.has(name)) continue;
        const before = onGradients === undefined ? undefined : values.slice();
        this.update(name, values, gradient, rate);
        if (before === undefined) continue;
        report.set(name, updateReport(tensor(gradient, this.trained.get(name)!.shape), before, values));
      }
    });
    if (!this.frozen.has('inputs.mean')) this.updateMean(x);
    this.average?.update(step + 1);
    onGradients?.(report);
    const reported = metrics ? stats : {};
    return this.model.msPerStep ? delay(this.model.msPerStep, reported) : reported;
  }

  evaluate(batch: Batch, { weights = 'parameters', onOutputs }: EvaluateRequest = {}): Stats {
    const layers = weights === 'ema' && this.average !== undefined ? this.average.layersOf(this.layers) : this.layers;
    const { outputs } = forward(layers, centre(this.inputsOf(batch), this.meanOfInputs), null);
    onOutputs?.({ outputs: outputsOf(outputs, layers.at(-1)!) });
    return this.lossOf(batch, outputs).stats;
  }

  predict(batch: Batch): Batch {
    const { outputs } = forward(this.layers, centre(this.inputsOf(batch), this.meanOfInputs), null);
    return { outputs: outputsOf(outputs, this.layers.at(-1)!) };
  }

  capture(): SessionState {
    const copy = (tensors: NamedTensors) =>
      new Map([...tensors].map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]));
    const { parameters, optimizer } = this.state;
    const ema = this.average === undefined ? {} : { ema: copy(this.average.tensors) };
    return { parameters: copy(parameters), optimizer: copy(optimizer), ...ema };
  }

  restore({ parameters, optimizer, ema }: SessionState): void {
    const assignments = [copyInto(this.state.parameters, parameters, 'parameter')];
    if (optimizer.size > 0) assignments.push(copyInto(this.state.optimizer, optimizer, 'optimizer slot'));
    if (this.average !== undefined) assignments.push(this.average.restoring(ema));
    for (const assign of assignments) assign();
  }

  checkpointFiles(parameters: ParametersFile): NamedFiles {
    return new Map([[toyModelFile, describeToyModel(this.model.inputs, this.layers, parameters)]]);
  }

  learningRate(step: number): number {
    const { learningRate } = this.model;
    return typeof learningRate === 'number' ? learningRate : learningRate(step);
  }

  liveTensors(): number {
    return this.live.tensors;
  }

  dispose(): void {
    if (!this.disposed) this.live.tensors -= this.size();
    this.disposed = true;
  }

  private size(): number {
    return this.state.parameters.size + this.state.optimizer.size + (this.average?.tensors.size ?? 0);
  }

  private inputsOf(batch: Batch): Float32Array {
    return Float32Array.from(elements(arrayOf(batch, this.model.inputs, this.layers[0]!.inputs)), Number);
  }

  private lossOf(batch: Batch, outputs: Float32Array): Loss {
    const { targets: name, classes } = this.model;
    const width = classes === undefined ? this.layers.at(-1)!.outputs : 1;
    const targets = Array.from(elements(arrayOf(batch, name, width)), Number);
    return classes === undefined ? squaredError(outputs, targets) : crossEntropy(outputs, targets, classes);
  }

  /** A pure function of the seed, the step and the element's index. */
  private maskOf(length: number, step: number): Float32Array | null {
    const { dropout } = this.model;
    if (!dropout) return null;
    const random = this.dropout.child(step);
    return Float32Array.from({ length }, () => (random.float() < dropout ? 0 : 1 / (1 - dropout)));
  }

  private update(name: string, values: Float32Array, gradient: Float32Array, rate: number): void {
    const { momentum = 0 } = this.model;
    const slot = this.state.optimizer.get(`${name}.momentum`);
    const velocity = slot === undefined ? undefined : elements({ ...slot, dtype: 'float32' });
    for (let at = 0; at < values.length; at++) {
      let change = gradient[at]!;
      if (velocity !== undefined) {
        velocity[at] = momentum * velocity[at]! + change;
        change = velocity[at]!;
      }
      values[at]! -= rate * change;
    }
  }

  private get meanOfInputs(): Float32Array {
    return elements({ ...this.mean, dtype: 'float32' });
  }

  /** The mean is the model's non-trainable state. */
  private updateMean(x: Float32Array): void {
    const { meanRate = 0.1 } = this.model;
    const mean = this.meanOfInputs;
    const rows = x.length / mean.length;
    const sums = new Float64Array(mean.length);
    x.forEach((value, at) => {
      sums[at % mean.length]! += value;
    });
    sums.forEach((sum, at) => {
      mean[at]! += meanRate * (sum / rows - mean[at]!);
    });
  }
}

function outputsOf(outputs: Float32Array, { outputs: width }: Layer): TensorData {
  return tensor(outputs, [outputs.length / width, width]);
}

function newLayer(inputs: number, outputs: number, seed: number, index: number): Layer {
  const random = RandomStream.of(seed, 'initial').child(index);
  const weights = Float32Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs));
  return { inputs, outputs, weights, bias: new Float32Array(outputs) };
}

function tensorsOf({ inputs, outputs, weights, bias }: Layer, index: number): [string, TensorData][] {
  return [
    [`layer${index}.weights`, tensor(weights, [inputs, outputs])],
    [`layer${index}.bias`, tensor(bias)],
  ];
}
