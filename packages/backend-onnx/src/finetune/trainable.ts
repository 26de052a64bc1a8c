import { matchParameters } from '@forge-ml/core/plugin';

/** Which parameters to train: names with `*` for any characters (`head.*`, `*.bias`), or a function of the name. */
export type Trainable = readonly string[] | ((name: string) => boolean);

/**
 * The names of the parameters to train. Default: all.
 * @throws ForgeError MODEL_INVALID for a pattern that matches none.
 */
export function trainedNames(
  names: readonly string[],
  trainable: Trainable | undefined,
  option = 'trainable',
): ReadonlySet<string> {
  if (trainable === undefined) return new Set(names);
  if (typeof trainable === 'function') return new Set(names.filter((name) => trainable(name)));
  return matchParameters(option, trainable, names);
}
