import {
  invalidModel,
  isOptimizerSpec,
  parametersOfUpdates,
  placeOfUpdate,
  type RandomStream,
  requireMetric,
  type Stats,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { DeclaredUpdate } from '../model/declared-updates.js';
import type { Penalty } from '../model/layer-losses.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { ownUpdater } from '../optimizers/own-updater.js';
import { tfUpdater } from '../optimizers/tf-updater.js';
import type { Trainable, Updater } from '../optimizers/updater.js';
import type { Tf } from '../tf/tf.js';

/** The parameters that an update trains. */
export interface UpdateParameters extends DeclaredUpdate {
  readonly trainables: readonly Trainable[];
  /** Those of `trainables`. */
  readonly variables: readonly tfjs.Variable[];
  /** The names of the frozen ones. */
  readonly frozen: readonly string[];
}

/** An update of a session's steps. */
export interface SessionUpdate extends UpdateParameters {
  readonly updater: Updater;
  readonly penalty: Penalty | undefined;
  /** Projects its parameters that have a constraint. */
  readonly constrain: () => void;
  /** By step: what TensorFlow.js draws without a seed. */
  readonly draws: RandomStream;
  /** By step: masks of `context.dropout`. */
  readonly masks: RandomStream;
}

/**
 * Assigns the parameters to the updates.
 * @param frozen the names of frozen parameters, which patterns may match too
 * @throws ForgeError MODEL_INVALID for patterns that match none, a parameter in two updates, or only frozen ones
 */
export function assignParameters(
  declared: readonly DeclaredUpdate[],
  trainables: readonly Trainable[],
  frozen: readonly string[],
): readonly UpdateParameters[] {
  const names = [...trainables.map(({ name }) => name), ...frozen];
  const patterns = declared.map(({ name = '', parameters = ['*'] }) => ({ name, parameters }));
  const owned = parametersOfUpdates(patterns, names);
  return declared.map((update, index) => {
    const own = trainables.filter(({ name }) => owned[index]!.has(name));
    if (own.length === 0) {
      throw invalidModel(
        `All parameters of the update ${update.name} are frozen.`,
        'Freeze fewer, or omit the update.',
      );
    }
    return {
      ...update,
      trainables: own,
      variables: own.map(({ variable }) => variable),
      frozen: frozen.filter((name) => owned[index]!.has(name)),
    };
  });
}

/**
 * Makes an update's optimizer, with its slots.
 * @param stats the numbers of an evaluation
 * @throws ForgeError MODEL_INVALID
 */
export function makeUpdater(tf: Tf, update: UpdateParameters, stats: Stats): Updater {
  const { name, optimizer, trainables, frozen } = update;
  if (isOwnOptimizer(optimizer)) {
    if (optimizer.plateau) requireMetric(optimizer.plateau, Object.keys(stats));
    return ownUpdater(tf, optimizer, trainables, { update: name, frozen });
  }
  const updater = tfUpdater(tf, optimizer, trainables, name);
  if (name === undefined || updater.foreign === undefined) return updater;
  throw invalidModel(
    `${placeOfUpdate(update, 'optimizer')} is of a class whose state is unknown: ${optimizer.constructor.name}.`,
    'Give one of @forge-ml/backend-tfjs, such as adam(0.001), or one of tf.train.',
  );
}

function isOwnOptimizer(optimizer: DeclaredUpdate['optimizer']): optimizer is Optimizer {
  return isOptimizerSpec(optimizer) || ('update' in optimizer && typeof optimizer.update === 'function');
}

/** The independent random streams of an update. */
export function streamsOf({ name }: DeclaredUpdate, random: RandomStream): Pick<SessionUpdate, 'draws' | 'masks'> {
  const [draws, masks] = [random.child('step'), random.child('dropout')];
  return name === undefined ? { draws, masks } : { draws: draws.child(name), masks: masks.child(name) };
}
