import type { BuildRequest, Engine, EngineFeatures } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { toKebab } from '../../text/flag-names.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import { splitNames } from './run-plugins.js';

type BuildFlags = Pick<RunFlagValues, 'ema' | 'freeze'>;
type FeatureFlags = BuildFlags & Pick<RunFlagValues, 'logGradients'>;
type FeatureRequest = Pick<BuildRequest, 'ema' | 'freeze'>;

/** What the flags of a run ask of its model beyond what every backend can do. */
export function requestedFeatures({ ema, freeze }: BuildFlags): FeatureRequest {
  // Without errors: older runs may have empty parts, and must load.
  const patterns = (freeze ?? '').split(',').map((name) => name.trim());
  const named = patterns.filter((name) => name !== '' && name !== 'none');
  return { ...(ema ? { ema } : {}), ...(named.length > 0 ? { freeze: named } : {}) };
}

/** The same without what the engine cannot do: to load a trained model, which needs none of it. */
export function possibleFeatures(engine: Engine, values: BuildFlags): FeatureRequest {
  const { ema, freeze } = requestedFeatures(values);
  const { features = {} } = engine;
  return {
    ...(ema !== undefined && features.ema ? { ema } : {}),
    ...(freeze !== undefined && features.freeze ? { freeze } : {}),
  };
}

/** What each flag needs of the engine. */
const needs = {
  ema: { feature: 'ema', ability: 'keep a moving average of the parameters' },
  freeze: { feature: 'freeze', ability: 'freeze parameters' },
  logGradients: { feature: 'gradients', ability: 'report gradients' },
} as const satisfies Record<string, { readonly feature: keyof EngineFeatures; readonly ability: string }>;

/** @throws ForgeError ABILITY_MISSING for a flag that the engine cannot do; FLAG_INVALID for one without effect */
export function requireFeatures(engine: Engine, values: FeatureFlags): void {
  if (values.ema === 1) {
    throw new ForgeError('FLAG_INVALID', '--ema must be below 1, not 1: the average would never change.', {
      about: 'ema',
      hint: 'For example --ema 0.999.',
    });
  }
  splitNames('freeze', values.freeze);
  const asked = [...Object.keys(requestedFeatures(values)), ...(values.logGradients ? ['logGradients'] : [])];
  for (const name of asked as (keyof typeof needs)[]) {
    const { feature, ability } = needs[name];
    const flag = `--${toKebab(name)}`;
    requireFeature(engine, feature, { flag, ability, about: name, hint: `Omit ${flag}, or` });
  }
}

/** What is asked of an engine, for the error where it cannot. */
interface Asked {
  /** `--ema`, or a command. */
  readonly flag: string;
  readonly ability: string;
  readonly about: string;
  readonly hint: string;
}

/** @throws ForgeError ABILITY_MISSING */
export function requireFeature(engine: Engine, feature: keyof EngineFeatures, asked: Asked): void {
  if (engine.features?.[feature]) return;
  const { backend, engine: used } = engine.info;
  const { flag, ability, about, hint } = asked;
  throw new ForgeError('ABILITY_MISSING', `${flag}: the engine ${used} of the backend ${backend} cannot ${ability}.`, {
    about,
    hint: `${hint} choose another backend or engine.`,
  });
}
