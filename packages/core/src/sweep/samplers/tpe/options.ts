import { checkOptions } from '../../../errors/check-options.js';
import { ForgeError } from '../../../errors/forge-error.js';

export interface TpeOptions {
  /** The number of trials drawn at random before the first estimate. Default: 10. */
  readonly startup?: number;
  /** The number of points drawn for each trial, of which the most promising one is tried. Default: 24. */
  readonly candidates?: number;
}

const least: Readonly<Record<keyof TpeOptions, number>> = { startup: 1, candidates: 1 };

/** @throws ForgeError OPTION_UNKNOWN for an unknown option, or a value that is no whole number from 1 up */
export function checkTpeOptions(options: Readonly<Record<string, unknown>>): Required<TpeOptions> {
  checkOptions(options, Object.keys(least), {
    of: 'tpe',
    synonyms: { nStartupTrials: 'startup', nEiCandidates: 'candidates' },
  });
  const { startup = 10, candidates = 24 } = options;
  return { startup: count('startup', startup), candidates: count('candidates', candidates) };
}

function count(name: keyof TpeOptions, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= least[name]) return value as number;
  throw new ForgeError(
    'OPTION_UNKNOWN',
    `tpe: ${name} must be a whole number from ${least[name]} up, not ${JSON.stringify(value)}.`,
    { about: name },
  );
}
