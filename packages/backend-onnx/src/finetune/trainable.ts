import { invalidModel } from '@forge-ml/onnx';

/** Which parameters to train: names with `*` for any characters (`head.*`, `*.bias`), or a function of the name. */
export type Trainable = readonly string[] | ((name: string) => boolean);

/** How many names an error lists. */
const maxListed = 12;

/**
 * The names of the parameters to train. Default: all.
 * @throws ForgeError MODEL_INVALID for a pattern that matches none.
 */
export function trainedNames(names: readonly string[], trainable: Trainable | undefined): ReadonlySet<string> {
  if (trainable === undefined) return new Set(names);
  if (typeof trainable === 'function') return new Set(names.filter((name) => trainable(name)));
  const found = new Set<string>();
  for (const pattern of trainable) {
    const expression = expressionOf(pattern);
    const matching = names.filter((name) => expression.test(name));
    if (matching.length === 0) throw matchesNone(pattern, names);
    for (const name of matching) found.add(name);
  }
  return found;
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function matchesNone(pattern: string, names: readonly string[]) {
  const listed = names.slice(0, maxListed).join(', ');
  const more = names.length > maxListed ? ` and ${names.length - maxListed} more` : '';
  return invalidModel(
    `trainable has the pattern "${pattern}", which matches no parameter of the model.`,
    pattern,
    `Its parameters are ${listed}${more}; * matches any characters.`,
  );
}
