import type { NamedTensors, TensorData } from '../../tensor/tensor-data.js';
import type { JsonState, TrainState } from './train-state.js';

/** The group of the moving averages in `state.safetensors`; each is named after its parameter. */
const group = 'ema/';

/** The owner name in a checkpoint's state that says that the group is there. */
const owner = 'ema';

/** What `state.safetensors` holds: optimizer slots, and the moving averages as a group of their own. */
export function stateTensors({ optimizer, ema }: Pick<TrainState, 'optimizer' | 'ema'>): NamedTensors {
  if (ema === undefined) return optimizer;
  return new Map([...optimizer, ...Array.from(ema, ([name, value]) => [`${group}${name}`, value] as const)]);
}

/** A checkpoint's JSON state, with the number of moving averages where there are any. */
export function withEmaCount(state: JsonState, ema: NamedTensors | undefined): JsonState {
  const { [owner]: _, ...others } = state;
  return ema === undefined ? others : { ...others, [owner]: { tensors: ema.size } };
}

/**
 * The parts of `state.safetensors`.
 * @param state the checkpoint's JSON state: without a count, every tensor is an optimizer slot
 */
export function splitStateTensors(
  tensors: NamedTensors,
  parameters: NamedTensors,
  state: JsonState,
): Pick<TrainState, 'optimizer' | 'ema'> {
  if (state[owner] === undefined) return { optimizer: tensors };
  const isAverage = (name: string) => name.startsWith(group) && parameters.has(name.slice(group.length));
  const optimizer = new Map<string, TensorData>();
  const ema = new Map<string, TensorData>();
  for (const [name, value] of tensors) {
    if (isAverage(name)) ema.set(name.slice(group.length), value);
    else optimizer.set(name, value);
  }
  return { optimizer, ema };
}
