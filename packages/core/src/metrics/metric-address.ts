import { ForgeError } from '../errors/forge-error.js';
import { nearestName } from '../text/flag-names.js';
import { type Direction, directionOfName } from './metric-direction.js';

/** A parsed `split.name[:min|max]`: `valid.rmse`, `valid.myScore:max`. */
export interface MetricAddress {
  readonly split: string;
  /** May contain dots: `top.5`. */
  readonly name: string;
  /** Undefined when the address has none. */
  readonly direction: Direction | undefined;
}

/** The directions that a model config declares, by the metric's name. */
export type DeclaredDirections = Readonly<Record<string, Direction>>;

/** Parses an address; undefined for invalid text. */
export function parseMetricAddress(text: string): MetricAddress | undefined {
  const match = /^([^.:\s]+)\.([^:]*[^:\s.])(?::(min|max))?$/.exec(text);
  if (match === null) return undefined;
  return { split: match[1]!, name: match[2]!, direction: match[3] as Direction | undefined };
}

/** `valid.rmse`, without a direction. */
export function nameOfMetric({ split, name }: Pick<MetricAddress, 'split' | 'name'>): string {
  return `${split}.${name}`;
}

/** Whether an address can name a metric: it has no colon, and does not end in a space or a dot. */
export function canBeNamed(name: string): boolean {
  return parseMetricAddress(`split.${name}`)?.name === name;
}

/** The names of all metrics of some splits: `valid.rmse`. */
export function namesOfMetrics(splits: Readonly<Record<string, object>>): string[] {
  return Object.entries(splits).flatMap(([split, stats]) =>
    Object.keys(stats).map((name) => nameOfMetric({ split, name })),
  );
}

/** The direction that the address gives, else the declared one, else the one known for its name. */
export function findDirection(
  { name, direction }: Pick<MetricAddress, 'name' | 'direction'>,
  declared: DeclaredDirections,
): Direction | undefined {
  return direction ?? (Object.hasOwn(declared, name) ? declared[name] : directionOfName(name));
}

/**
 * Splits that say how a run works, not how good its model is: no name of theirs has a direction, and they are not among
 * a run's last metrics.
 */
export const diagnosticSplits: readonly string[] = ['gradients', 'system'];

/**
 * The direction of each metric of a run: as its model declares it, else as its `run.json` has it, else as known for its
 * name.
 * @param recorded `directions` of `run.json`
 */
export function directionsOfRun(
  recorded: Readonly<Record<string, Direction>>,
  declared: DeclaredDirections = {},
): (split: string, name: string) => Direction | undefined {
  return (split, name) => {
    if (Object.hasOwn(declared, name) && !diagnosticSplits.includes(split)) return declared[name];
    const address = nameOfMetric({ split, name });
    if (Object.hasOwn(recorded, address)) return recorded[address];
    return diagnosticSplits.includes(split) ? undefined : directionOfName(name);
  };
}

/**
 * The direction of a metric that needs one. It is never guessed.
 * @param option the option that has the address, as the user wrote it: `--keep best:valid.score`
 * @throws ForgeError METRIC_INVALID when the direction is unknown
 */
export function requireDirection(address: MetricAddress, declared: DeclaredDirections, option: string): Direction {
  const direction = findDirection(address, declared);
  if (direction !== undefined) return direction;
  const metric = nameOfMetric(address);
  const meant = nearestName(address.name, ['loss', ...Object.keys(declared)]);
  const nearest = meant === undefined ? '' : `Did you mean ${address.split}.${meant}? Otherwise write`;
  const declaration = `metrics: { ${quoted(address.name)}: { direction: 'max' } }`;
  throw new ForgeError('METRIC_INVALID', `${option}: it is unknown whether a lower or a higher ${metric} is better.`, {
    about: metric,
    hint: `${nearest || 'Write'} ${option}:min or ${option}:max, or declare it in the model: ${declaration}.`,
  });
}

function quoted(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
