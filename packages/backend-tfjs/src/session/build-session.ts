import {
  type BuildRequest,
  declaredUpdates,
  invalidModel,
  placeOfUpdate,
  RandomStream,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { type BuildScope, inBuildScope } from '../model/build-scope.js';
import { checkModel } from '../model/check-model.js';
import type { DeclaredUpdate } from '../model/declared-updates.js';
import { negativeLabels } from '../model/index-ranges.js';
import { penaltiesOf } from '../model/layer-losses.js';
import { constraintsOf, ownLayers, untrainableVariables } from '../model/layer-settings.js';
import { layerWarnings } from '../model/layer-warnings.js';
import { nameVariables, variableOf } from '../model/parameter-names.js';
import type { AnyTfjsModel } from '../model/tfjs-model.js';
import { variablesOfOptimizer } from '../optimizers/tf-optimizer-state.js';
import type { Trainable } from '../optimizers/updater.js';
import type { Tf } from '../tf/tf.js';
import { dryForward, dryGradients } from './dry-run.js';
import { freezeNormalization, frozenVariables, trainableVariables } from './freeze.js';
import { ParameterAverage } from './parameter-average.js';
import { withSeededRandom } from './seeded-random.js';
import {
  assignParameters,
  makeUpdater,
  type SessionUpdate,
  streamsOf,
  type UpdateParameters,
} from './session-update.js';
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
      return assemble(tf, model, request, scope, random);
    });
  const { result, tensors } = await inBuildScope(tf, build, ({ variables }) => variables.values());
  const { session, variables, made } = result;
  for (const variable of variables.values()) ownedElsewhere.add(variable);
  session.own([...made, ...tensors]);
  return session;
}

function assemble(
  tf: Tf,
  model: AnyTfjsModel,
  { sample, freeze, ema }: BuildRequest,
  scope: BuildScope,
  random: RandomStream,
) {
  const declared = declaredUpdates(model);
  const { stats, ranges, labels } = dryForward(tf, model, declared, sample, random.child('dry'));
  const variables = nameVariables(tf, model, scope.layers, variablesOf(tf, model, declared, scope));
  for (const [name, { dtype }] of variables) {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw invalidModel(
        `The variable ${name} is of type ${dtype}, which cannot be saved.`,
        'Use float32, int32 or bool.',
      );
    }
  }
  const layers = ownLayers(scope.layers, new Set(variables.values()));
  const frozen = untrainableVariables(layers);
  for (const variable of frozenVariables(variables, model.freeze, freeze)) frozen.add(variable);
  freezeNormalization(layers, frozen);
  const trainables = trainableVariables(variables, frozen);
  const frozenNames = [...variables].filter(([, variable]) => frozen.has(variable)).map(([name]) => name);
  const assigned = assignParameters(declared, trainables, frozenNames);
  const trained = assigned.flatMap((update) => update.trainables);
  const penalties = penaltiesOf(
    tf,
    layers,
    assigned.map((update) => update.variables),
  );
  const warnings = [
    ...scope.asInTraining(() =>
      assigned.flatMap((update, index) => {
        const unused = dryGradients(tf, model, update, sample, variables, penalties[index], random.child('dry'));
        return unused.length === 0
          ? []
          : [`${lossTitle(update)} does not depend on ${unused.join(', ')}: not trained.`];
      }),
    ),
    ...untrainedWarnings(trainables.filter((parameter) => !trained.includes(parameter))),
    ...negativeLabels(ranges, sample),
    ...layerWarnings(tf, scope),
  ];
  const updates = assigned.map((update, index): SessionUpdate => {
    const constrain = constraintsOf(tf, layers, update.variables);
    const updater = makeUpdater(tf, update, stats);
    return { ...update, ...streamsOf(update, random), updater, constrain, penalty: penalties[index] };
  });
  const average = ema === undefined ? undefined : new ParameterAverage(tf, ema, trained);
  const parts = { tf, model, variables, updates, average, frozen, ranges, labels, warnings, random };
  const session = new TfjsSession(parts);
  return { session, variables, made: Object.values(scope.registry) };
}

function lossTitle(update: UpdateParameters): string {
  return update.name === undefined ? 'The loss' : placeOfUpdate(update, 'loss');
}

function untrainedWarnings(untrained: readonly Trainable[]): string[] {
  return untrained.length === 0 ? [] : [`No update trains ${untrained.map(({ name }) => name).join(', ')}.`];
}

/** The model's variables in the order they were made: all that the build made, except those of optimizers. */
function variablesOf(
  tf: Tf,
  model: AnyTfjsModel,
  updates: readonly DeclaredUpdate[],
  scope: BuildScope,
): tfjs.Variable[] {
  const found = new Set<tfjs.Variable>(Object.values(scope.registry));
  for (const variable of Object.values(model.variables ?? {})) found.add(variable);
  for (const value of Object.values(model.artefacts ?? {})) {
    if (typeof value === 'object' && value !== null && value instanceof tf.Variable) found.add(value);
  }
  const optimizers: unknown[] = updates.map(({ optimizer }) => optimizer);
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
