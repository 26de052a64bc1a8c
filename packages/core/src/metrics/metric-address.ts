import { ForgeError } from '../errors/forge-error.js';
import { nearestName } from '../text/flag-names.js';
import { type Direction, directionOfName } from './metric-direction.js';

/** What `split.name[:min|max]` names: `valid.rmse`, `valid.myScore:max`. */
export interface MetricAddress {
  readonly split: string;
  /** May have dots of its own: `top.5`. */
  readonly name: string;
  /** Undefined where the address gives none. */
  readonly direction: Direction | undefined;
}

/** The directions that a model config declares, by the metric's name. */
export type DeclaredDirections = Readonly<Record<string, Direction>>;

/** Reads an address; undefined for text that is none. */
export function parseMetricAddress(text: string): MetricAddress | undefined {
  const match = /^([^.:\s]+)\.([^:]*[^:\s.])(?::(min|max))?$/.exec(text);
  if (match === null) return undefined;
  return { split: match[1]!, name: match[2]!, direction: match[3] as Direction | undefined };
}

/** `valid.rmse`, without a direction. */
export function nameOfMetric({ split, name }: Pick<MetricAddress, 'split' | 'name'>): string {
  return `${split}.${name}`;
}

/** The direction that the address gives, else the declared one, else the one its name is known by. */
export function findDirection(
  { name, direction }: Pick<MetricAddress, 'name' | 'direction'>,
  declared: DeclaredDirections,
): Direction | undefined {
  return direction ?? (Object.hasOwn(declared, name) ? declared[name] : directionOfName(name));
}

/**
 * The same where it is needed: which value is better is never guessed.
 * @param option what the address was given to, as a person wrote it: `--keep best:valid.score`
 * @throws ForgeError METRIC_INVALID where nothing says whether lower or higher is better
 */
export function requireDirection(address: MetricAddress, declared: DeclaredDirections, option: string): Direction {
  const direction = findDirection(address, declared);
  if (direction !== undefined) return direction;
  const metric = nameOfMetric(address);
  const meant = nearestName(address.name, ['loss', ...Object.keys(declared)]);
  const nearest = meant === undefined ? '' : `Did you mean ${address.split}.${meant}? Otherwise write`;
  const declaration = `metrics: { ${quoted(address.name)}: { direction: 'max' } }`;
  throw new ForgeError('METRIC_INVALID', `${option}: is a lower or a higher ${metric} better?`, {
    about: metric,
    hint: `${nearest || 'Write'} ${option}:min or ${option}:max, or declare it in the model: ${declaration}.`,
  });
}

function quoted(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
