import type { TrainState } from '../../checkpoint/store/checkpoint-store.js';
import { stateOf } from './states.js';

/** Large enough that a save takes a while. */
export function stateToKill(step: number): TrainState {
  return stateOf(step, step, 200_000);
}
