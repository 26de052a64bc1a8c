import type { BuildRequest, Engine, EngineFeatures } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import { splitNames } from './run-plugins.js';

type FeatureFlags = Pick<RunFlagValues, 'ema' | 'freeze'>;
type FeatureRequest = Pick<BuildRequest, 'ema' | 'freeze'>;

/** What the flags of a run ask of its model beyond what every backend can do. */
export function requestedFeatures({ ema, freeze }: FeatureFlags): FeatureRequest {
  const patterns = splitNames(freeze);
  return { ...(ema ? { ema } : {}), ...(patterns.length > 0 ? { freeze: patterns } : {}) };
}

/** The same without what the engine cannot do: to load a trained model, which needs none of it. */
export function possibleFeatures(engine: Engine, values: FeatureFlags): FeatureRequest {
  const { ema, freeze } = requestedFeatures(values);
  const { features = {} } = engine;
  return {
    ...(ema !== undefined && features.ema ? { ema } : {}),
    ...(freeze !== undefined && features.freeze ? { freeze } : {}),
  };
}

const abilities = { ema: 'keep a moving average of the parameters', freeze: 'freeze parameters' } as const;

/** @throws ForgeError ABILITY_MISSING for a flag that the engine cannot do */
export function requireFeatures(engine: Engine, values: FeatureFlags): void {
  for (const name of Object.keys(requestedFeatures(values)) as (keyof FeatureRequest & keyof EngineFeatures)[]) {
    if (engine.features?.[name]) continue;
    const { backend, engine: used } = engine.info;
    throw new ForgeError(
      'ABILITY_MISSING',
      `--${name}: the engine ${used} of the backend ${backend} cannot ${abilities[name]}.`,
      { about: name, hint: `Omit --${name}, or choose another backend or engine.` },
    );
  }
}
