import { flag } from '@forge-ml/core/flags';

/** Runs listed by default. */
export const defaultLimit = 50;

/** Flags that choose runs. */
export const runChoiceFlags = {
  where: flag.string(null, "Only runs that match: 'flags.hidden > 64 and status = completed'."),
  sort: flag.string(null, 'Sort by fields, the best first: best.valid.loss. With :min or :max: the lowest or highest.'),
  last: flag.string(null, 'Only runs created in this time: 7d, 12h, 30min.'),
  limit: flag.integer(null, 'Only so many runs: the first with --sort, else the newest.', { min: 1 }),
};
