import { copyInto } from '../tensor/copy-tensors.js';
import { elements, type NamedTensors, type TensorData } from '../tensor/tensor-data.js';
import type { Layer } from './toy-network.js';

/** The exponential moving average of the trained parameters: see `SessionState.ema`. */
export class ToyAverage {
  readonly tensors: NamedTensors;

  /** @param trained the parameters that it follows, by name */
  constructor(
    private readonly decay: number,
    private readonly trained: NamedTensors,
  ) {
    this.tensors = new Map([...trained].map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]));
  }

  /** @param update the number of this update, from 1 */
  update(update: number): void {
    const decay = Math.min(this.decay, (1 + update) / (10 + update));
    for (const [name, value] of this.trained) {
      const [average, parameter] = [numbers(this.tensors.get(name)!), numbers(value)];
      for (let at = 0; at < average.length; at++) average[at]! += (1 - decay) * (parameter[at]! - average[at]!);
    }
  }

  /** The layers with the average in place of each trained parameter. */
  layersOf(layers: readonly Layer[]): readonly Layer[] {
    return layers.map((layer, index) => {
      const averaged = (kind: 'weights' | 'bias') => {
        const average = this.tensors.get(`layer${index}.${kind}`);
        return average === undefined ? layer[kind] : numbers(average);
      };
      return { ...layer, weights: averaged('weights'), bias: averaged('bias') };
    });
  }

  /** A function that restores a saved average; an absent one starts from the parameters at that time. */
  restoring(ema: NamedTensors | undefined): () => void {
    if (ema !== undefined) return copyInto(this.tensors, ema, 'moving average');
    return () => copyInto(this.tensors, this.trained, 'moving average')();
  }
}

function numbers(value: TensorData): Float32Array {
  return elements({ ...value, dtype: 'float32' });
}
