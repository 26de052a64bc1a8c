import type { TrainState } from '../../checkpoint/store/train-state.js';
import { stateOf } from './sample-states.js';

/** Large enough that a save takes a while. */
export function stateToKill(step: number): TrainState {
  return stateOf(step, step, 200_000);
}
