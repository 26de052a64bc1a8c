import { checkOptions, describeValue, invalidModel, shownValue } from '@forge-ml/core/plugin';
import type { HalfDType } from '@forge-ml/onnx';
import { type LossScaleSettings, lossScaleDefaults } from './loss-scale.js';

/** Mixed precision with another loss scale than by default. */
export interface MixedPrecisionOptions extends Partial<LossScaleSettings> {
  /** What products are computed in. */
  readonly dtype: HalfDType;
}

/** See `mixedPrecision` of `OnnxModel`. */
export type MixedPrecision = 'none' | HalfDType | MixedPrecisionOptions;

export interface CheckedMixedPrecision {
  readonly dtype: HalfDType;
  /** Undefined for bfloat16, which has the range of float32. */
  readonly lossScale: LossScaleSettings | undefined;
}

const hint =
  "Give 'float16', 'bfloat16' or 'none', or the dtype with a loss scale: { dtype: 'float16', initialScale: 1024 }.";

/** @throws ForgeError MODEL_INVALID for an invalid option */
export function checkMixedPrecision(option: MixedPrecision | undefined): CheckedMixedPrecision | undefined {
  if (option === undefined || option === 'none') return undefined;
  if (option !== null && typeof option === 'object') return checkedOptions(option);
  if (option !== 'float16' && option !== 'bfloat16') throw wrongDType(option);
  return { dtype: option, lossScale: option === 'float16' ? lossScaleDefaults : undefined };
}

function checkedOptions({ dtype, ...settings }: MixedPrecisionOptions): CheckedMixedPrecision {
  const of = 'mixedPrecision';
  const names = Object.keys(lossScaleDefaults) as (keyof LossScaleSettings)[];
  checkOptions({ dtype, ...settings }, ['dtype', ...names], { of });
  if (dtype !== 'float16' && dtype !== 'bfloat16') throw wrongDType(dtype);
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  if (dtype === 'bfloat16') {
    if (given.length === 0) return { dtype, lossScale: undefined };
    const message = `${of}: ${given[0]![0]} is given, but bfloat16 has no loss scale: its range is that of float32.`;
    throw invalidModel(message, 'Give it with float16, or omit it.');
  }
  const lossScale = { ...lossScaleDefaults, ...Object.fromEntries(given) } as LossScaleSettings;
  for (const [name, check] of Object.entries(limits)) {
    const value = lossScale[name as keyof LossScaleSettings];
    if (typeof value !== 'number' || !check.fits(value)) {
      throw invalidModel(`${of}: ${name} is ${shownValue(value)}, not ${check.wanted}.`, hint);
    }
  }
  return { dtype, lossScale };
}

const limits: Readonly<Record<keyof LossScaleSettings, { fits(value: number): boolean; wanted: string }>> = {
  initialScale: {
    fits: (value) => value > 0 && Number.isFinite(Math.fround(value)),
    wanted: 'a number above 0 of float32',
  },
  growthFactor: { fits: (value) => value > 1 && Number.isFinite(value), wanted: 'a number above 1' },
  backoffFactor: { fits: (value) => value > 0 && value < 1, wanted: 'a number between 0 and 1' },
  growthInterval: { fits: (value) => Number.isInteger(value) && value > 0, wanted: 'a whole number from 1' },
};

function wrongDType(given: unknown) {
  const shown = typeof given === 'string' ? shownValue(given) : describeValue(given);
  return invalidModel(`The model's mixedPrecision is ${shown}.`, hint);
}
