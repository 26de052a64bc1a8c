import { distance } from 'fastest-levenshtein';
import { OnnxError } from './onnx-error.js';

/** The names that ONNX, PyTorch and NumPy use for options here. */
const synonyms: Readonly<Record<string, string>> = {
  keepDims: 'keepdims',
  stride: 'strides',
  padding: 'pads',
  dilation: 'dilations',
  groups: 'group',
  eps: 'epsilon',
};

/**
 * Returns a function's options if it knows each of them.
 * @param of the function: `ops.conv`
 * @throws OnnxError OPTION_UNKNOWN naming the option and the nearest known one
 */
export function known<Options extends object>(
  of: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): Options {
  if (options === undefined) return options;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw notAnObject(of, options, names);
  for (const name of Object.keys(options)) {
    if (!names.includes(name as keyof Options & string)) throw unknownOption(of, name, names);
  }
  return options;
}

function unknownOption(of: string, unknown: string, names: readonly string[]): OnnxError {
  const synonym = Object.entries(synonyms).find(([name]) => toKebab(name) === toKebab(unknown))?.[1];
  const meant = synonym !== undefined && names.includes(synonym) ? synonym : nearestName(unknown, names);
  const list = names.length === 0 ? 'It takes no options.' : `It takes ${names.join(', ')}.`;
  const hint = meant === undefined ? list : `Did you mean "${meant}"?`;
  return new OnnxError('OPTION_UNKNOWN', `${of} has no option "${unknown}".`, { about: unknown, hint });
}

function notAnObject(of: string, given: unknown, names: readonly string[]): OnnxError {
  const what = Array.isArray(given) ? 'an array' : given === null ? 'null' : `a ${typeof given}`;
  return new OnnxError('OPTION_UNKNOWN', `${of} takes its options as an object, not as ${what}.`, {
    about: of,
    hint: `Write them by name, for example { ${names[0]}: … }. It takes ${names.join(', ')}.`,
  });
}

/** The name closest to a mistyped one, where at most a third of its letters, or two, differ. */
function nearestName(given: string, names: readonly string[]): string | undefined {
  const kebab = toKebab(given);
  let nearest: string | undefined;
  let fewest = Math.max(2, Math.ceil(given.length / 3)) + 1;
  for (const name of names) {
    const candidate = toKebab(name);
    const edits = candidate.startsWith(kebab) ? 1 : distance(kebab, candidate);
    if (edits < fewest) [nearest, fewest] = [name, edits];
  }
  return nearest;
}

/** `keepDims`, `keep_dims` and `keep-dims` are one name. */
function toKebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
