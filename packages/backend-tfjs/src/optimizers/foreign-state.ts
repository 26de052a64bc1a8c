import { ForgeError, messageOf, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { fromTensor, toTensor } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';
import { disposeVariables, unregister } from '../tf/variable-registry.js';
import { variablesOfOptimizer } from './tf-optimizer-state.js';
import type { ForeignState } from './updater.js';

/** The state of an optimizer of unknown kind, by its own getWeights and setWeights; empty where it has none. */
export function foreignState(tf: Tf, optimizer: tfjs.Optimizer): ForeignState {
  return {
    async capture() {
      const state = new Map<string, TensorData>();
      const weights = await optimizer.getWeights().catch(() => []);
      for (const [index, { name, tensor }] of weights.entries()) {
        state.set(`optimizer/${index}/${name}`, fromTensor(tf, tensor));
        // The count of updates is a tensor made for the call; the others belong to the optimizer.
        if (name === 'iter') tensor.dispose();
      }
      return state;
    },
    async restore(state) {
      const weights = Array.from(state, ([name, data]) => ({
        name: name.split('/').slice(2).join('/'),
        tensor: toTensor(tf, name, { ...data, bytes: data.bytes.slice() }),
      }));
      const before = variablesOfOptimizer(tf, optimizer);
      try {
        await optimizer.setWeights(weights);
      } catch (error) {
        throw new ForgeError('STATE_MISMATCH', `The state of the optimizer cannot be restored: ${messageOf(error)}.`, {
          about: 'optimizer',
          hint: 'Use an optimizer of @forge-ml/backend-tfjs, or implement setWeights.',
          cause: error,
        });
      } finally {
        tf.dispose(weights.map(({ tensor }) => tensor));
      }
      // setWeights does not dispose the variables it replaces, and registers those it makes.
      const after = variablesOfOptimizer(tf, optimizer);
      disposeVariables(
        tf,
        before.filter((variable) => !after.includes(variable)),
      );
      unregister(tf, after);
    },
  };
}
