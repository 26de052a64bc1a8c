import { PlateauState } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { accumulatedGradients } from './accumulate.js';
import { clipGradients } from './clip-gradients.js';
import { formulaUpdate } from './formula-update.js';
import type { Optimizer, Update, UpdateRequest } from './optimizer.js';
import { ratesByGroup } from './rates-by-group.js';
import type { Trainable, Updater } from './updater.js';

export interface UpdaterOptions {
  /** The name of its update, if the model has several. */
  readonly update?: string | undefined;
  /** The names of frozen parameters, which patterns of groups may match too. */
  readonly frozen?: readonly string[];
}

/** Runs a Forge optimizer, or any object of that shape. Slots are named `<parameter>/<slot>`. */
export function ownUpdater(
  tf: Tf,
  optimizer: Optimizer,
  parameters: readonly Trainable[],
  { update: updateName, frozen = [] }: UpdaterOptions = {},
): Updater {
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
  const plateau = optimizer.plateau && new PlateauState(optimizer.plateau, updateName);
  const names = parameters.map(({ name }) => name);
  const rateOf = ratesByGroup(optimizer, names, frozen);
  const update =
    'update' in optimizer
      ? (request: Omit<UpdateRequest, 'tf'>): Update => optimizer.update({ tf, ...request })
      : formulaUpdate(tf, optimizer);

  return {
    slots,
    plateau,
    warnings: [],
    learningRate: (batch) => optimizer.rate(Math.floor(batch / batches)) * (plateau?.scale ?? 1),
    apply(gradients, batch, options) {
      const step = Math.floor(batch / batches);
      return tf.tidy(() => {
        const whole = accumulated === undefined ? gradients : accumulated(gradients, batch);
        if (whole === undefined) return 0;
        options?.onGradients?.(whole);
        const rates = rateOf(step, plateau?.scale ?? 1, options?.rate);
        const clipped = clipGradients(tf, whole, optimizer);
        for (const [index, { name, variable }] of parameters.entries()) {
          const gradient = clipped[index];
          if (!gradient) continue;
          const own = slotsOf[index]!;
          const rate = typeof rates === 'number' ? rates : rates[index]!;
          const updated = update({ name, parameter: variable, gradient, slots: own, rate, step });
          variable.assign(updated.parameter);
          for (const slot of slotNames) own[slot]!.assign(updated.slots[slot]!);
        }
        return step + 1;
      });
    },
    dispose() {
      for (const variable of slots.values()) variable.dispose();
    },
  };
}
