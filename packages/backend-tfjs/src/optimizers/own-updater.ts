import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.js';
import { clipGradients } from './clip-gradients.js';
import type { Optimizer } from './optimizer.js';
import type { Trainable, Updater } from './updater.js';

/** One of our optimizers, or anyone's of that shape, at work. Slots are named `<parameter>/<slot>`. */
export function ownUpdater(tf: Tf, optimizer: Optimizer, parameters: readonly Trainable[]): Updater {
  const slotNames = Object.keys(optimizer.slots);
  const slots = new Map<string, tfjs.Variable>();
  const slotsOf = parameters.map(({ name, variable }) => {
    const own: Record<string, tfjs.Variable> = {};
    for (const slot of slotNames) {
      own[slot] = tf.tidy(() => tf.variable(tf.fill(variable.shape, optimizer.slots[slot]!), false));
      slots.set(`${name}/${slot}`, own[slot]);
    }
    return own;
  });

  return {
    slots,
    warnings: [],
    apply(gradients, step) {
      tf.tidy(() => {
        const rate = optimizer.rate(step);
        const clipped = clipGradients(tf, gradients, optimizer);
        for (const [index, { name, variable }] of parameters.entries()) {
          const gradient = clipped[index];
          if (!gradient) continue;
          const own = slotsOf[index]!;
          const update = optimizer.update({ tf, name, parameter: variable, gradient, slots: own, rate, step });
          variable.assign(update.parameter);
          for (const slot of slotNames) own[slot]!.assign(update.slots[slot]!);
        }
      });
    },
    dispose() {
      for (const variable of slots.values()) variable.dispose();
    },
  };
}
