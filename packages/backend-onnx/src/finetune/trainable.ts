import { invalidModel } from '@forge-ml/onnx';

/** Which parameters are trained: names with `*` for any characters (`head.*`, `*.bias`), or a function of the name. */
export type Trainable = readonly string[] | ((name: string) => boolean);

/** How many names are listed in a message. */
const most = 12;

/**
 * Those of `names` that are to be trained; all of them where nothing is said.
 * @throws ForgeError MODEL_INVALID for a pattern that fits none.
 */
export function trainedNames(names: readonly string[], trainable: Trainable | undefined): ReadonlySet<string> {
  if (trainable === undefined) return new Set(names);
  if (typeof trainable === 'function') return new Set(names.filter((name) => trainable(name)));
  const found = new Set<string>();
  for (const pattern of trainable) {
    const expression = expressionOf(pattern);
    const fitting = names.filter((name) => expression.test(name));
    if (fitting.length === 0) throw fitsNone(pattern, names);
    for (const name of fitting) found.add(name);
  }
  return found;
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function fitsNone(pattern: string, names: readonly string[]) {
  const listed = names.slice(0, most).join(', ');
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return invalidModel(
    `trainable has the pattern "${pattern}", which fits no parameter of the model.`,
    pattern,
    `Its parameters are ${listed}${more}; * stands for any characters.`,
  );
}
