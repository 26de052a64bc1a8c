import { PlateauState } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { accumulatedGradients } from './accumulate.js';
import { clipGradients } from './clip-gradients.js';
import type { Optimizer } from './optimizer.js';
import type { Trainable, Updater } from './updater.js';

/** Runs a Forge optimizer, or any object of that shape. Slots are named `<parameter>/<slot>`. */
export function ownUpdater(tf: Tf, optimizer: Optimizer, parameters: readonly Trainable[]): Updater {
  const { accumulate: batches = 1 } = optimizer;
  const slotNames = Object.keys(optimizer.slots);
  const slots = new Map<string, tfjs.Variable>();
  const newSlot = ({ name, variable }: Trainable, slot: string, initial: number): tfjs.Variable => {
    const made = tf.tidy(() => tf.variable(tf.fill(variable.shape, initial), false));
    slots.set(`${name}/${slot}`, made);
    return made;
  };
  const accumulated = batches === 1 ? undefined : accumulatedGradients(tf, parameters, batches, newSlot);
  const slotsOf = parameters.map((parameter) => {
    const own: Record<string, tfjs.Variable> = {};
    for (const slot of slotNames) own[slot] = newSlot(parameter, slot, optimizer.slots[slot]!);
    return own;
  });
  const plateau = optimizer.plateau && new PlateauState(optimizer.plateau);

  return {
    slots,
    plateau,
    warnings: [],
    apply(gradients, batch) {
      const updates = (batch + 1) % batches === 0;
      tf.tidy(() => {
        const whole = accumulated === undefined ? gradients : accumulated(gradients, batch);
        if (whole === undefined) return;
        const step = Math.floor(batch / batches);
        const rate = optimizer.rate(step) * (plateau?.scale ?? 1);
        const clipped = clipGradients(tf, whole, optimizer);
        for (const [index, { name, variable }] of parameters.entries()) {
          const gradient = clipped[index];
          if (!gradient) continue;
          const own = slotsOf[index]!;
          const update = optimizer.update({ tf, name, parameter: variable, gradient, slots: own, rate, step });
          variable.assign(update.parameter);
          for (const slot of slotNames) own[slot]!.assign(update.slots[slot]!);
        }
      });
      return updates;
    },
    dispose() {
      for (const variable of slots.values()) variable.dispose();
    },
  };
}
