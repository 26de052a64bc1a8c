import { ForgeError, messageOf, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { fromTensor, toTensor } from '../model/tensors.js';
import type { Tf } from '../tf.js';
import type { ForeignState } from './updater.js';

/** The state of an optimizer of unknown kind, by its own getWeights and setWeights, if it has them. */
export function foreignState(tf: Tf, optimizer: tfjs.Optimizer): ForeignState {
  return {
    async capture() {
      const state = new Map<string, TensorData>();
      const weights = await optimizer.getWeights().catch(() => []);
      for (const [index, { name, tensor }] of weights.entries()) {
        state.set(`optimizer/${index}/${name}`, fromTensor(tensor));
        // The step count is a fresh tensor; the rest are the optimizer's own and stay.
        if (name === 'iter') tensor.dispose();
      }
      return state;
    },
    async restore(state) {
      const weights = [...state].map(([name, data]) => ({
        name: name.split('/').slice(2).join('/'),
        tensor: toTensor(tf, name, data),
      }));
      try {
        await optimizer.setWeights(weights);
      } catch (error) {
        throw new ForgeError('STATE_MISMATCH', `The optimizer does not take its state back: ${messageOf(error)}.`, {
          about: 'optimizer',
          hint: 'Use an optimizer of @forge-ml/backend-tfjs, or implement setWeights.',
          cause: error,
        });
      } finally {
        tf.dispose(weights.map(({ tensor }) => tensor));
      }
    },
  };
}
