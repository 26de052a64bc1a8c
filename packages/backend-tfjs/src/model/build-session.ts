import {
  type Batch,
  type BuildRequest,
  invalidModel,
  RandomStream,
  requireMetric,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { ownUpdater } from '../optimizers/own-updater.js';
import { variablesOfOptimizer } from '../optimizers/tf-optimizer-state.js';
import { tfUpdater } from '../optimizers/tf-updater.js';
import type { Trainable } from '../optimizers/updater.js';
import type { Tf } from '../tf/tf.js';
import { type BuildScope, inBuildScope } from './build-scope.js';
import { checkModel, isOwnOptimizer } from './check-model.js';
import { dryForward, dryGradients } from './dry-run.js';
import { negativeLabels } from './index-ranges.js';
import { layerSettings } from './layer-settings.js';
import { layerWarnings } from './layer-warnings.js';
import { nameVariables, variableOf } from './parameter-names.js';
import { withSeededRandom } from './seeded-random.js';
import type { AnyTfjsModel } from './tfjs-model.js';
import { TfjsSession } from './tfjs-session.js';

/**
 * Variables that belong to a session: those of a model that another one calls, such as a teacher, are not the caller's.
 */
const ownedElsewhere = new WeakSet<tfjs.Variable>();

/**
 * Builds what a model config's `load` returns into a session on `tf`. It leaks nothing if it throws.
 * @throws ForgeError MODEL_INVALID for an invalid model, or one that does not fit the sample; errors of `load`.
 */
export async function buildSession(tf: Tf, request: BuildRequest): Promise<TrainSession> {
  const random = RandomStream.of(request.seed, 'model');
  const build = (scope: BuildScope) =>
    withSeededRandom(random.child('build'), async () => {
      const model = checkModel(tf, await request.load());
      return assemble(tf, model, request.sample, scope, random);
    });
  const { result, tensors } = await inBuildScope(tf, build, ({ variables }) => variables.values());
  const { session, variables, made } = result;
  for (const variable of variables.values()) ownedElsewhere.add(variable);
  session.own([...made, ...tensors]);
  return session;
}

function assemble(tf: Tf, model: AnyTfjsModel, sample: Batch, scope: BuildScope, random: RandomStream) {
  const { stats, ranges } = dryForward(tf, model, sample, random.child('dry'));
  const variables = nameVariables(tf, model, scope.layers, variablesOf(tf, model, scope));
  for (const [name, { dtype }] of variables) {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw invalidModel(
        `The variable ${name} is of type ${dtype}, which cannot be saved.`,
        'Use float32, int32 or bool.',
      );
    }
  }
  const settings = layerSettings(tf, scope.layers, new Set(variables.values()));
  const trainables: Trainable[] = Array.from(variables, ([name, variable]) => ({ name, variable })).filter(
    ({ variable }) => variable.trainable && variable.dtype === 'float32' && !settings.frozen.has(variable),
  );
  if (trainables.length === 0) {
    throw invalidModel('The model has no trainable variable.', 'Build its layers and tf.variables inside load.');
  }
  const unused = scope.asInTraining(() =>
    dryGradients(tf, model, sample, variables, trainables, settings.penalty, random.child('dry')),
  );
  const { optimizer } = model;
  if (isOwnOptimizer(optimizer) && optimizer.plateau) requireMetric(optimizer.plateau, Object.keys(stats));
  const updater = isOwnOptimizer(optimizer)
    ? ownUpdater(tf, optimizer, trainables)
    : tfUpdater(tf, optimizer, trainables);
  const warnings = [...unused, ...negativeLabels(ranges, sample), ...layerWarnings(tf, scope)];
  const session = new TfjsSession({ tf, model, variables, trainables, updater, settings, ranges, warnings, random });
  return { session, variables, made: Object.values(scope.registry) };
}

/** The model's variables in the order they were made: all that the build made, except those of optimizers. */
function variablesOf(tf: Tf, model: AnyTfjsModel, scope: BuildScope): tfjs.Variable[] {
  const found = new Set<tfjs.Variable>(Object.values(scope.registry));
  for (const variable of Object.values(model.variables ?? {})) found.add(variable);
  for (const value of Object.values(model.artefacts ?? {})) {
    if (typeof value === 'object' && value !== null && value instanceof tf.Variable) found.add(value);
  }
  const optimizers: unknown[] = [model.optimizer];
  for (const layer of scope.layers) {
    for (const weight of layer.weights) found.add(variableOf(weight));
    // A compiled model has its own optimizer, which is not used here.
    if (layer instanceof tf.LayersModel) optimizers.push(layer.optimizer);
  }
  for (const optimizer of optimizers) {
    if (typeof optimizer !== 'object' || optimizer === null) continue;
    for (const variable of variablesOfOptimizer(tf, optimizer)) found.delete(variable);
  }
  return [...found]
    .filter((variable) => !ownedElsewhere.has(variable) && !variable.isDisposed)
    .sort((a, b) => a.id - b.id);
}
