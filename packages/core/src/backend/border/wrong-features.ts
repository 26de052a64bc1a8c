import { matchParameters } from '../../model/match-parameters.js';
import type { BuildRequest, EngineFeatures, TrainSession } from '../backend.js';

/** The first feature that an engine declares and its session does not do, as the end of a sentence. */
export function wrongFeaturesOf(
  session: TrainSession,
  { freeze = [] }: Pick<BuildRequest, 'freeze'>,
  features: EngineFeatures | undefined,
): string | undefined {
  if (features?.learningRate && session.learningRate === undefined) {
    return 'has no learningRate, which its engine declares as a feature';
  }
  if (freeze.length === 0) return undefined;
  const frozen = matchParameters(
    'freeze',
    freeze,
    session.parameters.map(({ name }) => name),
  );
  const trained = session.parameters.find(({ name, trainable }) => trainable && frozen.has(name));
  return trained === undefined ? undefined : `trains the parameter ${JSON.stringify(trained.name)}, which is frozen`;
}
