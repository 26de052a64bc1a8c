import { type Batch, type RandomStream, tensor } from '@forge-ml/core/plugin';
import type { InputValue } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { stepCount } from '../model/fuse-steps.js';
import { seeds } from '../model/trace-context.js';
import { scalars } from '../optimizers/per-step.js';
import { feedsOf, stackedFeedsOf } from './batches.js';
import type { NamedTensor } from './protocol.js';

/** The inputs of training graphs: the batch, and the scalars and seeds that are functions of the step. */
export class StepFeeds {
  readonly #graphs: Pick<ModelGraphs, 'scalars' | 'dropouts'>;
  readonly #masks: RandomStream;
  readonly #scale: () => number;

  /** @param scale what the learning rate is multiplied by now */
  constructor(graphs: Pick<ModelGraphs, 'scalars' | 'dropouts'>, masks: RandomStream, scale: () => number) {
    this.#scale = scale;
    this.#graphs = graphs;
    this.#masks = masks;
  }

  /** For one update. @param inputs of the training graph */
  single(inputs: readonly InputValue[], batch: Batch, step: number): NamedTensor[] {
    return [
      ...feedsOf(batch, arraysOf(inputs)),
      ...read(inputs, [
        [scalars.name, tensor(this.#scalarsAt(step))],
        [seeds.name, tensor(this.#seedsAt(step))],
      ]),
    ];
  }

  /** For several, stacked. */
  fused(inputs: readonly InputValue[], batches: readonly Batch[], step: number): NamedTensor[] {
    const count = batches.length;
    const numbers = batches.map((_, index) => this.#scalarsAt(step + index));
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

  #scalarsAt(step: number): Float32Array {
    return this.#graphs.scalars.at(step, this.#scale());
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
