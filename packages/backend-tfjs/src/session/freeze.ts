import { invalidModel, matchParameters } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { variableOf } from '../model/parameter-names.js';

type Layer = tfjs.layers.Layer;

/**
 * The variables that patterns freeze.
 * @param variables all of the model's, by name
 * @param ofModel the patterns of the model; `ofRun` those of the run
 * @throws ForgeError MODEL_INVALID for a pattern that matches none
 */
export function frozenVariables(
  variables: ReadonlyMap<string, tfjs.Variable>,
  ofModel: string | readonly string[] = [],
  ofRun: readonly string[] = [],
): readonly tfjs.Variable[] {
  const names = [...variables.keys()];
  const frozen = new Set([
    ...matchParameters("The model's freeze", typeof ofModel === 'string' ? [ofModel] : ofModel, names),
    ...matchParameters('freeze', ofRun, names),
  ]);
  return [...frozen].map((name) => variables.get(name)!);
}

/**
 * The variables that are trained: float32, marked as trainable, and not frozen.
 * @throws ForgeError MODEL_INVALID if there are none
 */
export function trainableVariables(
  variables: ReadonlyMap<string, tfjs.Variable>,
  frozen: ReadonlySet<tfjs.Variable>,
): { readonly name: string; readonly variable: tfjs.Variable }[] {
  const trainable = Array.from(variables, ([name, variable]) => ({ name, variable })).filter(
    ({ variable }) => variable.trainable && variable.dtype === 'float32',
  );
  const trained = trainable.filter(({ variable }) => !frozen.has(variable));
  if (trained.length > 0) return trained;
  if (trainable.length === 0) {
    throw invalidModel('The model has no trainable variable.', 'Build its layers and tf.variables inside load.');
  }
  throw invalidModel(
    `All trainable variables of the model are frozen: ${trainable.map(({ name }) => name).join(', ')}.`,
    'Freeze fewer: see freeze, and trainable of its layers.',
  );
}

/** The weights of `tf.layers.batchNormalization`. */
interface Normalization {
  readonly gamma?: tfjs.LayerVariable | null;
  readonly movingMean?: tfjs.LayerVariable;
  readonly movingVariance?: tfjs.LayerVariable;
}

type Call = (inputs: tfjs.Tensor | tfjs.Tensor[], kwargs: Record<string, unknown>) => tfjs.Tensor | tfjs.Tensor[];

/**
 * Batch normalization whose `gamma` or moving averages are frozen runs as in an evaluation, as in Keras: it uses its
 * moving averages, and does not change them.
 */
export function freezeNormalization(layers: readonly Layer[], frozen: ReadonlySet<tfjs.Variable>): void {
  for (const layer of layers) {
    const { gamma, movingMean, movingVariance } = layer as unknown as Normalization;
    if (!movingMean || !movingVariance) continue;
    if (![gamma, movingMean, movingVariance].some((weight) => weight && frozen.has(variableOf(weight)))) continue;
    const call = layer.call.bind(layer) as Call;
    (layer as unknown as { call: Call }).call = (inputs, kwargs) => call(inputs, { ...kwargs, training: false });
  }
}
