import { ForgeError } from '../errors/forge-error.js';
import type { NamedTensors } from '../tensor/tensor-data.js';
import type { LoadedCheckpoint } from './store/checkpoint-store.js';

/** Which weights of a checkpoint to use: the parameters, or their moving average. */
export type Weights = 'parameters' | 'ema';

const choices: readonly Weights[] = ['parameters', 'ema'];

/** @throws ForgeError USAGE for anything else than a choice */
export function checkWeights(weights: unknown): Weights {
  if (weights === undefined) return 'parameters';
  if (choices.includes(weights as Weights)) return weights as Weights;
  throw new ForgeError('USAGE', `The weights ${JSON.stringify(weights)} are unknown.`, {
    about: 'weights',
    hint: "Use 'parameters' (default) or 'ema', their moving average.",
  });
}

/**
 * The parameters to use: those of the checkpoint, or with the moving average in place of each trained one.
 * @param run its folder, for messages
 * @throws ForgeError ABILITY_MISSING where the checkpoint has no moving average
 */
export function parametersOf({ state, info }: LoadedCheckpoint, weights: Weights, run: string): NamedTensors {
  if (weights === 'parameters') return state.parameters;
  const { parameters, ema } = state;
  if (ema === undefined) {
    throw new ForgeError('ABILITY_MISSING', `The checkpoint of step ${info.step} in ${run} has no moving average.`, {
      about: 'weights',
      hint: 'Omit weights to use the parameters. A run keeps a moving average with --ema 0.999.',
    });
  }
  return new Map(Array.from(parameters, ([name, value]) => [name, ema.get(name) ?? value]));
}
