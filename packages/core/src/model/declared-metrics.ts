import { checkOptions, type OptionsOwner } from '../errors/check-options.js';
import { isObject } from '../json/is-object.js';
import type { NamedAccumulators } from '../metrics/accumulators/accumulator-set.js';
import { type MeanOf, meanOf } from '../metrics/accumulators/mean.js';
import type {
  DeclaredAccumulator,
  MediaAccumulator,
  MetricAccumulator,
  TableAccumulator,
} from '../metrics/accumulators/parts/accumulator.js';
import { isJson } from '../metrics/accumulators/parts/json-state.js';
import type { DeclaredDirections } from '../metrics/metric-address.js';
import type { Direction } from '../metrics/metric-direction.js';
import { describeValue, invalidModel, requireName } from './model-error.js';

/** The direction of a number that the model's `stats` reports. */
export interface MetricDirection {
  /** Whether a lower or a higher value is better. */
  readonly direction?: Direction;
}

/** A model config's declaration of a metric, under `metrics` by the metric's name. */
export type MetricDeclaration =
  | MetricDirection
  | MeanOf
  // biome-ignore lint/suspicious/noExplicitAny: each accumulator has a state of its own type.
  | MetricAccumulator<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  | MediaAccumulator<any>
  | TableAccumulator;

/**
 * The directions that a model declares: `metrics: { myScore: { direction: 'max' } }` in what `load` returns. Those of
 * accumulators included.
 * @throws ForgeError MODEL_INVALID, OPTION_UNKNOWN for an invalid declaration
 */
export function declaredDirections(model: unknown): DeclaredDirections {
  return Object.fromEntries(
    declarations(model).flatMap(([name, declaration]) => {
      const direction = 'direction' in declaration ? declaration.direction : undefined;
      return direction === undefined ? [] : [[name, direction] as const];
    }),
  );
}

/**
 * The metrics over a whole split that a model declares.
 * @throws ForgeError as `declaredDirections`
 */
export function declaredAccumulators(model: unknown): NamedAccumulators {
  return new Map(
    declarations(model).flatMap(([name, declaration]) => {
      if (isAccumulator(declaration)) return [[name, declaration] as const];
      return 'of' in declaration ? [[name, meanOf(declaration)] as const] : [];
    }),
  );
}

const example =
  "Write metrics: { f1: f1() }, or for a number that the model reports, metrics: { myScore: { direction: 'max' } }.";
const methods = ['start', 'add', 'result'] as const;
const fields = ['direction', 'of', ...methods, 'toJson', 'fromJson', 'merge', 'table', 'media'];
const synonyms: OptionsOwner['synonyms'] = {
  update: 'add',
  compute: 'result',
  initial: 'start',
  reset: 'start',
  init: 'start',
  mode: 'direction',
};

function declarations(model: unknown): [string, MetricDeclaration][] {
  const metrics = isObject(model) ? model.metrics : undefined;
  if (metrics === undefined) return [];
  if (!isObject(metrics)) {
    throw invalidModel(
      `The model's metrics is ${describeValue(metrics)}, not an object of declarations by name.`,
      example,
    );
  }
  return Object.entries(metrics).map(([name, declaration]) => [name, checkDeclaration(name, declaration)]);
}

function checkDeclaration(name: string, declaration: unknown): MetricDeclaration {
  const of = `metrics.${name}`;
  requireName('metrics', name);
  if (typeof declaration === 'function') {
    throw invalidModel(`${of} is a function.`, `Call it, as in f1(); a function of a batch is { of: ${name} }.`);
  }
  if (!isObject(declaration)) throw invalidModel(`${of} is ${describeValue(declaration)}, not an object.`, example);
  checkOptions(declaration, fields, { of, synonyms });
  const { direction } = declaration;
  if (direction !== undefined && direction !== 'min' && direction !== 'max') {
    throw invalidModel(
      `${of}.direction is ${JSON.stringify(direction) ?? String(direction)}, not "min" or "max".`,
      example,
    );
  }
  if (declaration.of !== undefined && typeof declaration.of !== 'function') {
    throw invalidModel(`${of}.of is ${describeValue(declaration.of)}, not a function of a batch and outputs.`, example);
  }
  if (declaration.media !== undefined) checkMedia(of, declaration);
  const given = [...methods, 'media'].filter((method) => declaration[method] !== undefined);
  if (given.length > 0) checkAccumulator(name, declaration);
  if ((given.length > 0 || declaration.of !== undefined) && name === 'loss') {
    throw invalidModel(`${of} has the name of the model's loss.`, 'Give the metric another name.');
  }
  return declaration as MetricDeclaration;
}

function checkAccumulator(name: string, declaration: Readonly<Record<string, unknown>>): void {
  const of = `metrics.${name}`;
  if (declaration.of !== undefined) {
    throw invalidModel(`${of} has both of and ${methods.join(', ')}.`, 'Keep `of`, or the three functions.');
  }
  for (const method of methods) {
    if (typeof declaration[method] === 'function') continue;
    throw invalidModel(
      `${of}.${method} is ${describeValue(declaration[method])}, not a function.`,
      'An accumulator is { start: () => ({ … }), add(state, batch, outputs) { … }, result: (state) => … }.',
    );
  }
  const { start, toJson, fromJson } = declaration as unknown as MetricAccumulator;
  if ((toJson === undefined) !== (fromJson === undefined)) {
    throw invalidModel(`${of} has only one of toJson and fromJson.`, 'Write both: a resume needs them.');
  }
  const [state, other] = [start(), start()];
  if (typeof state === 'object' && state !== null && state === other) {
    throw invalidModel(`${of}.start returns the same state twice.`, 'Make the state inside of it: () => ({ … }).');
  }
  if (toJson === undefined && declaration.media === undefined && !isJson(state)) {
    throw invalidModel(
      `${of}.start returns ${describeValue(state)}, which JSON cannot hold.`,
      'Use numbers, text, lists and plain objects, or write toJson and fromJson: checkpoints store it.',
    );
  }
}

function checkMedia(of: string, declaration: Readonly<Record<string, unknown>>): void {
  if (declaration.media !== true) {
    throw invalidModel(
      `${of}.media is ${describeValue(declaration.media)}, not true.`,
      'Remove it, or set it to true.',
    );
  }
  const meaningless = ['direction', 'of', 'toJson', 'fromJson'].find((name) => declaration[name] !== undefined);
  if (meaningless === undefined) return;
  throw invalidModel(
    `${of} has both media and ${meaningless}.`,
    'With media: true, write start, add and result: nothing is compared, and no checkpoint stores the state.',
  );
}

function isAccumulator(declaration: MetricDeclaration): declaration is DeclaredAccumulator {
  return 'add' in declaration;
}
