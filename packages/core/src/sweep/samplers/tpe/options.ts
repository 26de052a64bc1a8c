import { checkOptions } from '../../../errors/check-options.js';
import { shownValue } from '../../../model/model-error.js';
import { sweepError } from '../../space/sweep-error.js';

export interface TpeOptions {
  /** The number of trials drawn at random before the first estimate. Default: 10. */
  readonly startup?: number;
  /** The number of points drawn for each trial, of which the most promising one is tried. Default: 24. */
  readonly candidates?: number;
}

const least: Readonly<Record<keyof TpeOptions, number>> = { startup: 1, candidates: 1 };

/** @throws ForgeError OPTION_UNKNOWN for an unknown option, SWEEP_INVALID for a value that is no whole number from 1 */
export function checkTpeOptions(options: Readonly<Record<string, unknown>>): Required<TpeOptions> {
  checkOptions(options, Object.keys(least), {
    of: 'The method tpe',
    synonyms: { nStartupTrials: 'startup', nEiCandidates: 'candidates' },
  });
  const { startup = 10, candidates = 24 } = options;
  return { startup: count('startup', startup), candidates: count('candidates', candidates) };
}

function count(name: keyof TpeOptions, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= least[name]) return value as number;
  const message = `The method tpe: ${name} is a whole number from ${least[name]}, not ${shownValue(value)}.`;
  throw sweepError(message, name, `For example: ${name}: ${Math.max(least[name], 20)}.`);
}
