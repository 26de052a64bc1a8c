import { type Batch, type RandomStream, tensor } from '@forge-ml/core/plugin';
import type { InputValue } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { stepCount } from '../model/fuse-steps.js';
import { seeds } from '../model/trace-context.js';
import { scalars } from '../optimizers/per-step.js';
import type { RateRequest } from '../optimizers/update-schedule.js';
import type { NamedTensor } from '../runtime/protocol.js';
import { feedsOf, stackedFeedsOf } from './batches.js';

/** The inputs of training graphs: the batch, and the scalars and seeds that are functions of the step. */
export class StepFeeds {
  readonly #graphs: Pick<ModelGraphs, 'scalars' | 'dropouts'>;
  readonly #masks: RandomStream;

  constructor(graphs: Pick<ModelGraphs, 'scalars' | 'dropouts'>, masks: RandomStream) {
    this.#graphs = graphs;
    this.#masks = masks;
  }

  /** For one update. @param inputs of the training graph */
  single(inputs: readonly InputValue[], batch: Batch, request: RateRequest): NamedTensor[] {
    return [
      ...feedsOf(batch, arraysOf(inputs)),
      ...read(inputs, [
        [scalars.name, tensor(this.#graphs.scalars.at(request))],
        [seeds.name, tensor(this.#seedsAt(request.step))],
      ]),
    ];
  }

  /** For several, stacked. */
  fused(inputs: readonly InputValue[], batches: readonly Batch[], request: RateRequest): NamedTensor[] {
    const count = batches.length;
    const { step, learningRate } = request;
    const numbers = batches.map((_, index) => this.#graphs.scalars.at({ step: step + index, learningRate }));
    const words = batches.map((_, index) => this.#seedsAt(step + index));
    return [
      ...stackedFeedsOf(batches, arraysOf(inputs)),
      ...read(inputs, [
        [scalars.name, tensor(Float32Array.from(numbers.flatMap((one) => [...one])), [count, numbers[0]!.length])],
        [seeds.name, tensor(Uint32Array.from(words.flatMap((one) => [...one])), [count, words[0]!.length])],
      ]),
      [stepCount.name, tensor(BigInt64Array.of(BigInt(count)), [])],
    ];
  }

  #seedsAt(step: number): Uint32Array {
    const stream = this.#masks.child(step);
    return Uint32Array.from({ length: this.#graphs.dropouts }, () => stream.uint32());
  }
}

/** The arrays of the batch that a training graph reads. */
export function arraysOf(inputs: readonly InputValue[]): readonly InputValue[] {
  return inputs.filter(({ name }) => name !== scalars.name && name !== seeds.name);
}

/** Only the feeds that the graph has an input for: ONNX Runtime rejects others. */
function read(inputs: readonly InputValue[], feeds: readonly NamedTensor[]): readonly NamedTensor[] {
  return feeds.filter(([name]) => inputs.some((input) => input.name === name));
}
